package io.changeover.apply.guard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Applies a batch to the target: newer wins, and progress moves with the rows. Running it again with the same batch, or an
 * older one, changes nothing (ReplayHarmless).
 *
 * <p>A row that moves is written in its new place before it goes from the old one, and progress passes it only afterwards:
 * where the places are on several servers, which share no transaction, a crash leaves it in both for as long as the batch
 * takes to come again. While its new place does not take it (held, parked), it stays in the old one.
 *
 * <p>Next: {@link PlaceWrites}, then the {@link TargetTransaction} of the MySQL target.
 *
 * @param <I> the mapped row as the target writes it
 */
public final class GuardedApply<I> {

    private final List<? extends TargetServer<I>> servers;
    private final boolean scattering;

    /** @param scattering whether changes of the table may be {@link Change#scattered} */
    public GuardedApply(List<? extends TargetServer<I>> servers, boolean scattering) {
        this.servers = List.copyOf(servers);
        this.scattering = scattering;
    }

    /**
     * Applies {@code changes}, all of one source table and in the order of their partitions, and advances {@code steps}.
     *
     * @param unusable put aside beside them: what belongs to no row
     * @throws FencedException when another owner has a partition; whatever was committed before is harmless
     */
    public ApplyResult apply(Collection<ProgressStep> steps, List<Change<I>> changes, List<Deferred<I>> unusable) {
        Collection<Change<I>> newest = newestPerKey(changes);
        Removals<I> removals = new Removals<>(changes, newest);
        int overtaken = changes.size() - newest.size();
        if (servers.size() == 1) {
            TargetServer<I> only = servers.get(0);
            return fenced(only, only.steps(steps), transaction -> {
                transaction.defer(unusable);
                Written written = write(transaction, only, newest);
                int removed = removals.from(transaction, only, written.waiting());
                return written.result(overtaken, removed, unusable.size());
            });
        }
        boolean moves = newest.stream().anyMatch(Change::scattered);
        List<Written> written = new ArrayList<>();
        for (TargetServer<I> server : servers) {
            List<Deferred<I>> aside = server == servers.get(0) ? unusable : List.of();
            List<ProgressStep> from = server.steps(steps);
            List<ProgressStep> first =
                    moves ? from.stream().map(ProgressStep::staying).toList() : from;
            written.add(fenced(server, first, transaction -> {
                transaction.defer(aside);
                Written here = write(transaction, server, newest);
                // where nothing moves there is no second commit to leave it to
                return moves ? here : here.removing(removals.from(transaction, server, here.waiting()));
            }));
        }
        Written all = Written.together(written);
        int removed = 0;
        if (moves) {
            for (TargetServer<I> server : servers) {
                removed += fenced(
                        server, server.steps(steps), transaction -> removals.from(transaction, server, all.waiting()));
            }
        }
        return all.result(overtaken, removed, unusable.size());
    }

    private Written write(TargetTransaction<I> transaction, TargetServer<I> server, Collection<Change<I>> changes) {
        List<Change<I>> here = changes.stream()
                .filter(change -> server.places().contains(change.key().place()) && !change.isOnlyRemoval())
                .toList();
        return new PlaceWrites<>(transaction, scattering).write(here);
    }

    private static <I, T> T fenced(
            TargetServer<I> server, List<ProgressStep> steps, Function<TargetTransaction<I>, T> work) {
        T result = server.inTransaction(transaction -> {
            // before any row: a zombie must find out before it can do harm, and the locks order us against a replay
            steps.stream().sorted().forEach(step -> {
                if (!transaction.advance(step)) {
                    throw new FencedException(step);
                }
            });
            return work.apply(transaction);
        });
        server.advanced(steps);
        return result;
    }

    /** The newest change of every key, in the order in which the keys first came. */
    private static <I> Collection<Change<I>> newestPerKey(List<Change<I>> changes) {
        Map<String, Change<I>> newest = new LinkedHashMap<>();
        for (Change<I> change : changes) {
            newest.merge(change.key().identity(), change, Change::newer);
        }
        return newest.values();
    }

    /**
     * Tries what is held or in collision again, on every server; returns how many images wait no more. Safe to run at any
     * time, by any owner.
     *
     * @param thorough whether to try to write each row, whatever seems to stand in its way: takes long, and is worth it now and then
     */
    public int retryHeld(boolean thorough) {
        int settled = 0;
        for (TargetServer<I> server : servers) {
            if (scattering || servers.size() > 1) {
                settled += retryInSteps(server, thorough);
            } else {
                settled += server.inTransaction(shelf -> {
                    HeldRows.Outcome<I> outcome = new HeldRows<>(shelf, server.places(), thorough).retry();
                    release(shelf, outcome.settled());
                    return outcome.count();
                });
            }
        }
        return settled;
    }

    /**
     * Where a row that waited has been written, it is to go from all other places before it is forgotten that it waited: a
     * crash in between has it tried again, which changes nothing.
     */
    private int retryInSteps(TargetServer<I> server, boolean thorough) {
        HeldRows.Outcome<I> outcome =
                server.inTransaction(shelf -> new HeldRows<>(shelf, server.places(), thorough).retry());
        List<Change<I>> done = new ArrayList<>(outcome.settled());
        outcome.misplaced().forEach(change -> {
            if (handOver(change)) {
                done.add(change.withoutPlace());
            }
        });
        if (done.isEmpty()) {
            return outcome.count();
        }
        if (scattering && !removeElsewhere(Removals.after(outcome.settled()))) {
            return outcome.parkedAgain();
        }
        return server.inTransaction(shelf -> {
            int released = shelf.lockProgress() ? releaseSame(shelf, done) : 0;
            return released + outcome.parkedAgain();
        });
    }

    /** False where a server is closed to us. */
    private boolean removeElsewhere(Removals<I> removals) {
        for (TargetServer<I> server : servers) {
            boolean open = server.inTransaction(shelf -> {
                boolean may = shelf.lockProgress();
                if (may) {
                    removals.from(shelf, server, Set.of());
                }
                return may;
            });
            if (!open) {
                return false;
            }
        }
        return true;
    }

    /** Puts an image aside where its row belongs. */
    private boolean handOver(Change<I> change) {
        for (TargetServer<I> server : servers) {
            if (server.places().contains(change.key().place())) {
                return server.inTransaction(shelf -> {
                    if (!shelf.lockProgress()) {
                        return false;
                    }
                    Stored stored = Stored.of(shelf, change);
                    if (!stored.isNewerThan(change.version())) {
                        shelf.defer(List.of(new Deferred<>(change, Deferred.Kind.HELD, Deferred.HANDED_OVER)));
                    }
                    return true;
                });
            }
        }
        return false;
    }

    /** Not where a newer one waits by now. */
    private static <I> int releaseSame(TargetTransaction<I> transaction, List<Change<I>> changes) {
        List<Change<I>> same = new ArrayList<>();
        bySource(changes, (source, of) -> {
            Map<RowKey, Stored> stored =
                    transaction.stored(of.stream().map(Change::key).collect(Collectors.toSet()), source);
            of.stream()
                    .filter(change -> change.version()
                            .equals(stored.getOrDefault(change.key(), Stored.NOTHING)
                                    .deferred()))
                    .forEach(same::add);
        });
        release(transaction, same);
        return same.size();
    }

    private static <I> void release(TargetTransaction<I> transaction, List<Change<I>> changes) {
        bySource(
                changes,
                (source, of) -> transaction.release(of.stream().map(Change::key).toList(), source));
    }

    /** A number at a time, for they are named in one statement. */
    private static <I> void bySource(List<Change<I>> changes, BiConsumer<Integer, List<Change<I>>> work) {
        Map<Integer, List<Change<I>>> sources = changes.stream()
                .collect(Collectors.groupingBy(change -> change.version().source()));
        sources.forEach((source, of) -> {
            for (int from = 0; from < of.size(); from += HeldRows.MAX_KEYS) {
                work.accept(source, of.subList(from, Math.min(from + HeldRows.MAX_KEYS, of.size())));
            }
        });
    }
}
