package io.changeover.apply.guard;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Applies a batch to the target inside one transaction: newer wins, and progress moves with the rows. Running it again with
 * the same batch, or an older one, changes nothing (ReplayHarmless).
 *
 * <p>Next: the {@link TargetTransaction} of the MySQL target.
 *
 * @param <I> the mapped row as the target writes it
 */
public final class GuardedApply<I> {

    private final TargetTransaction<I> transaction;

    public GuardedApply(TargetTransaction<I> transaction) {
        this.transaction = transaction;
    }

    /**
     * Applies {@code changes}, all of one source table and in the order of their partitions, and advances {@code steps}.
     *
     * @throws FencedException when another owner has the partition; roll back
     */
    public ApplyResult apply(Collection<ProgressStep> steps, List<Change<I>> changes) {
        // before any row: a zombie must find out before it can do harm, and the locks order us against a replay
        steps.stream().sorted().forEach(step -> {
            if (!transaction.advance(step)) {
                throw new FencedException(step);
            }
        });
        if (changes.isEmpty()) {
            return ApplyResult.NOTHING;
        }
        return applyNewest(changes);
    }

    private ApplyResult applyNewest(List<Change<I>> changes) {
        int source = changes.get(0).version().source();
        Map<RowKey, Change<I>> newest = newestPerKey(changes);
        Map<RowKey, Stored> stored = transaction.stored(newest.keySet(), source);

        List<RowKey> deletes = new ArrayList<>();
        List<Tombstone> tombstones = new ArrayList<>();
        List<Write<I>> writes = new ArrayList<>();
        List<Deferred<I>> deferred = new ArrayList<>();
        List<RowKey> released = new ArrayList<>();
        int applied = 0;
        for (Change<I> change : newest.values()) {
            Stored before = stored.getOrDefault(change.key(), Stored.NOTHING);
            if (before.isNewerThan(change.version())) {
                continue;
            }
            applied++;
            if (before.deferred() != null) {
                released.add(change.key());
            }
            boolean foreign = before.isForeignTo(change.version());
            if (change.image() == null) {
                tombstones.add(new Tombstone(change.key(), change.version()));
                if (before.live() != null && !foreign) {
                    deletes.add(change.key());
                }
            } else if (foreign) {
                deferred.add(new Deferred<>(change, Kind.COLLISION, "the row belongs to another source"));
            } else {
                writes.add(new Write<>(change, before.live() != null));
            }
        }

        // deletes first: they free unique values that writes of the same batch may take
        transaction.delete(deletes);
        transaction.release(released, source);
        deferred.addAll(write(writes));
        int written = applied - tombstones.size() - deferred.size();
        List<RowKey> removed = new ArrayList<>();
        for (Tombstone removal : removalsBefore(deferred, changes)) {
            Stored before = stored.getOrDefault(removal.key(), Stored.NOTHING);
            if (!before.isNewerThan(removal.version())) {
                tombstones.add(removal);
                if (before.live() != null && !before.isForeignTo(removal.version())) {
                    removed.add(removal.key());
                }
            }
        }
        transaction.delete(removed);
        transaction.bury(tombstones);
        transaction.defer(deferred);
        int parked =
                (int) deferred.stream().filter(d -> d.kind() == Kind.PARKED).count();
        return new ApplyResult(
                written, deletes.size() + removed.size(), changes.size() - applied, deferred.size() - parked, parked);
    }

    /** Further tries find the unique values that later rows of the try before have let go; who is refused in the end waits. */
    private List<Deferred<I>> write(List<Write<I>> writes) {
        List<Deferred<I>> deferred = new ArrayList<>();
        List<Write<I>> pending = writes;
        while (!pending.isEmpty()) {
            List<Write<I>> again = new ArrayList<>();
            List<Deferred<I>> held = new ArrayList<>();
            for (Refusal<I> refusal : transaction.write(pending)) {
                Change<I> change = refusal.write().change();
                switch (refusal.cause()) {
                    case UNIQUE_CONFLICT -> {
                        again.add(refusal.write());
                        held.add(new Deferred<>(change, Kind.HELD, refusal.reason()));
                    }
                    case BAD_DATA -> deferred.add(new Deferred<>(change, Kind.PARKED, refusal.reason()));
                }
            }
            if (again.size() == pending.size()) {
                deferred.addAll(held);
                return deferred;
            }
            pending = again;
        }
        return deferred;
    }

    /**
     * The newest deletes, in this batch, of keys whose newest image was put aside. An image that is written makes up for them;
     * beside one that waits, the row of before would live on although it was deleted.
     */
    private static <I> Collection<Tombstone> removalsBefore(List<Deferred<I>> deferred, List<Change<I>> changes) {
        if (deferred.isEmpty()) {
            return List.of();
        }
        Set<RowKey> waiting =
                deferred.stream().map(waits -> waits.change().key()).collect(Collectors.toSet());
        Map<RowKey, Tombstone> removals = new LinkedHashMap<>();
        for (Change<I> change : changes) {
            if (change.image() == null && waiting.contains(change.key())) {
                removals.merge(
                        change.key(),
                        new Tombstone(change.key(), change.version()),
                        (old, next) -> next.version().isAtOrAfter(old.version()) ? next : old);
            }
        }
        return removals.values();
    }

    /** The newest change of every key, in the order in which the keys first came. */
    private static <I> Map<RowKey, Change<I>> newestPerKey(List<Change<I>> changes) {
        Map<RowKey, Change<I>> newest = new LinkedHashMap<>();
        for (Change<I> change : changes) {
            newest.merge(change.key(), change, (old, next) -> next.version().isAtOrAfter(old.version()) ? next : old);
        }
        return newest;
    }
}
