package io.changeover.apply.guard;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries held rows again. First each alone; then those that only wait for each other (swapped values) together: exactly their
 * rows are deleted and written anew, in the one transaction.
 *
 * @param <I> the mapped row as the target writes it
 */
public final class HeldRows<I> {

    /** What the retry needs of a target beyond a batch. */
    public interface Shelf<I> extends TargetTransaction<I> {

        /**
         * Locks every progress row of the tables that feed the target table, in partition order, then its held and
         * colliding images, and returns these. The locks keep newer changes of the same keys out until the commit.
         */
        List<Deferred<I>> lockDeferred();

        /** Locks the same progress rows; false where one of them is closed to us, and nothing may be written. */
        boolean lockProgress();

        /** Keys of the live rows that have a unique value which {@code change} wants, the row of its own key left out. */
        Set<RowKey> blockers(Change<I> change);

        /**
         * Deletes the rows of exactly these changes and inserts their images, keeping the columns that are not mapped.
         *
         * @return false, with the transaction as before, when the images conflict among themselves or with another row
         */
        boolean replaceTogether(List<Change<I>> cycle);
    }

    /**
     * What a retry did.
     *
     * @param settled overtaken or written: to be released
     * @param misplaced images whose row belongs on another server
     * @param parkedAgain how many are refused for their data, and are parked
     */
    record Outcome<I>(List<Change<I>> settled, List<Change<I>> misplaced, int parkedAgain) {

        int count() {
            return settled.size() + parkedAgain;
        }
    }

    private final Shelf<I> shelf;
    private final Set<Integer> places;
    private final List<Change<I>> settled = new ArrayList<>();
    private final List<Change<I>> misplaced = new ArrayList<>();
    private int parkedAgain;

    /** @param places of the new table that the shelf's server has */
    HeldRows(Shelf<I> shelf, Set<Integer> places) {
        this.shelf = shelf;
        this.places = places;
    }

    /** Writes what can be written now. Used once. Safe to run at any time, by any owner. */
    Outcome<I> retry() {
        List<Deferred<I>> waiting = new ArrayList<>();
        for (Deferred<I> deferred : shelf.lockDeferred()) {
            Change<I> change = deferred.change();
            if (places.contains(change.key().place())) {
                waiting.add(deferred);
            } else if (change.image() == null) { // to be forgotten here, and nowhere else to be written
                waiting.add(new Deferred<>(change.withoutPlace(), deferred.kind(), deferred.reason()));
            } else {
                misplaced.add(change);
            }
        }
        int last;
        do {
            last = waiting.size();
            waiting = replaceCycles(settle(waiting));
        } while (waiting.size() < last); // a row that was written has let go of values that others wait for
        return new Outcome<>(settled, misplaced, parkedAgain);
    }

    private List<Deferred<I>> settle(List<Deferred<I>> waiting) {
        List<Deferred<I>> left = new ArrayList<>();
        for (Deferred<I> deferred : waiting) {
            Deferred<I> still = settle(deferred);
            if (still != null) {
                left.add(still);
            }
        }
        return left;
    }

    /** What the image waits for now; null when it waits no more: overtaken, written, or refused for its data. */
    private @Nullable Deferred<I> settle(Deferred<I> deferred) {
        Change<I> change = deferred.change();
        Stored stored = Stored.of(shelf, change);
        if (new Stored(stored.live(), stored.tombstone(), null).isNewerThan(change.version())) {
            settled.add(change);
            return null;
        }
        if (change.image() == null) { // the mapping of now does not want it
            if (stored.live() != null && !stored.isForeignTo(change.version())) {
                shelf.delete(List.of(change.key()));
            }
            shelf.bury(List.of(new Tombstone(change.key(), change.version())));
            settled.add(change);
            return null;
        }
        boolean foreign = stored.isForeignTo(change.version());
        if (foreign && !change.preferred()) {
            return noted(deferred, Kind.COLLISION, Deferred.FOREIGN);
        }
        List<Change<I>> displaced = foreign ? shelf.rowsOf(List.of(change)) : List.of();
        List<Refusal<I>> refusals = shelf.write(List.of(new Write<>(change, stored.live() != null)));
        if (refusals.isEmpty()) {
            displaced.forEach(row -> shelf.defer(List.of(new Deferred<>(row, Kind.COLLISION, Deferred.DISPLACED))));
            settled.add(change);
            return null;
        }
        Refusal<I> refusal = refusals.get(0);
        return switch (refusal.cause()) {
            case UNIQUE_CONFLICT -> noted(deferred, Kind.HELD, refusal.reason());
            case BAD_DATA -> {
                noted(deferred, Kind.PARKED, refusal.reason());
                parkedAgain++;
                yield null;
            }
        };
    }

    private Deferred<I> noted(Deferred<I> deferred, Kind kind, String reason) {
        if (deferred.kind() == kind && deferred.reason().equals(reason)) {
            return deferred;
        }
        Deferred<I> changed = new Deferred<>(deferred.change(), kind, reason);
        shelf.defer(List.of(changed));
        return changed;
    }

    /** Each smallest cycle by itself: one that cannot be written (a true conflict) must not keep the others waiting. */
    private List<Deferred<I>> replaceCycles(List<Deferred<I>> waiting) {
        List<Deferred<I>> left = new ArrayList<>(waiting);
        for (Set<RowKey> keys : cycles(waiting)) {
            Map<RowKey, Deferred<I>> cycle = new LinkedHashMap<>(); // one image a row, should two sources want it
            for (Deferred<I> deferred : left) {
                if (deferred.kind() == Kind.HELD
                        && keys.contains(deferred.change().key())) {
                    cycle.putIfAbsent(deferred.change().key(), deferred);
                }
            }
            List<Change<I>> changes =
                    cycle.values().stream().map(Deferred::change).toList();
            if (shelf.replaceTogether(changes)) {
                settled.addAll(changes);
                left.removeAll(cycle.values());
            }
        }
        return left;
    }

    /** Sets of held rows that wait for each other only, none within another. */
    private List<Set<RowKey>> cycles(List<Deferred<I>> waiting) {
        Map<RowKey, Set<RowKey>> blockers = new LinkedHashMap<>();
        for (Deferred<I> deferred : waiting) {
            if (deferred.kind() == Kind.HELD) {
                blockers.put(deferred.change().key(), shelf.blockers(deferred.change()));
            }
        }
        List<Set<RowKey>> closed = new ArrayList<>();
        for (RowKey key : blockers.keySet()) {
            Set<RowKey> reached = reached(key, blockers);
            // a row that waits, at any remove, for one outside cannot be helped; one that waits for a cycle comes later
            if (blockers.keySet().containsAll(reached) && closed.stream().noneMatch(reached::containsAll)) {
                closed.removeIf(other -> other.containsAll(reached));
                closed.add(reached);
            }
        }
        return closed;
    }

    private static Set<RowKey> reached(RowKey start, Map<RowKey, Set<RowKey>> blockers) {
        Set<RowKey> reached = new LinkedHashSet<>(Set.of(start));
        Deque<RowKey> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            for (RowKey blocker : blockers.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(blocker)) {
                    next.add(blocker);
                }
            }
        }
        return reached;
    }
}
