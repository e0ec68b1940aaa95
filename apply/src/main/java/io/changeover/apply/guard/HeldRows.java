package io.changeover.apply.guard;

import static java.util.Objects.requireNonNull;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tries held rows again. First those that no row stands in the way of; then those that only wait for each other (swapped
 * values) together: exactly their rows are deleted and written anew, in the one transaction. All of them are read and written
 * in a few statements, however many wait: meanwhile every owner of the table waits for us.
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
    /** What still waits, oldest first. */
    private final Map<Change<I>, Deferred<I>> waiting = new LinkedHashMap<>();
    /** What stands in the way of a change, as far as it was looked for since one of those rows was changed. */
    private final Map<Change<I>, Set<RowKey>> blockers = new HashMap<>();
    /** The rows that this round has changed: nothing that was read of them before holds. */
    private final Set<RowKey> changed = new HashSet<>();

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
        for (Deferred<I> deferred : shelf.lockDeferred()) {
            Change<I> change = deferred.change();
            if (places.contains(change.key().place())) {
                waiting.put(change, deferred);
            } else if (change.image() == null) { // to be forgotten here, and nowhere else to be written
                Change<I> nowhere = change.withoutPlace();
                waiting.put(nowhere, new Deferred<>(nowhere, deferred.kind(), deferred.reason()));
            } else {
                misplaced.add(change);
            }
        }
        int last;
        do {
            last = waiting.size();
            settle();
            if (waiting.size() == last) {
                replaceCycles();
            }
        } while (waiting.size() < last); // a row that was written has let go of values that others wait for
        return new Outcome<>(settled, misplaced, parkedAgain);
    }

    /** One round: writes all that no row stands in the way of. */
    private void settle() {
        changed.clear();
        Map<Integer, Map<RowKey, Stored>> stored = stored();
        List<Deferred<I>> wanted = new ArrayList<>();
        for (Deferred<I> deferred : List.copyOf(waiting.values())) {
            Change<I> change = deferred.change();
            Stored known = known(stored, change);
            if (new Stored(known.live(), known.tombstone(), null).isNewerThan(change.version())) {
                settled.add(change);
                waiting.remove(change);
            } else if (change.image() == null) {
                forget(change, known);
            } else if (known.isForeignTo(change.version()) && !change.preferred()) {
                noted(change, Kind.COLLISION, Deferred.FOREIGN);
            } else {
                wanted.add(deferred);
            }
        }
        lookForBlockers(wanted.stream().filter(Deferred::saysConflict).toList());
        List<Change<I>> free = wanted.stream()
                .map(Deferred::change)
                .filter(change -> blockers.getOrDefault(change, Set.of()).isEmpty())
                .toList();
        while (!free.isEmpty()) {
            // of a row that several sources want, one at a time
            Map<RowKey, Change<I>> firsts = new LinkedHashMap<>();
            free.stream()
                    .filter(change -> !changed.contains(change.key()))
                    .forEach(change -> firsts.putIfAbsent(change.key(), change));
            write(firsts.values(), stored);
            free = free.stream()
                    .filter(change -> !changed.contains(change.key()) && !change.equals(firsts.get(change.key())))
                    .toList();
        }
    }

    private Map<Integer, Map<RowKey, Stored>> stored() {
        Map<Integer, Set<RowKey>> keys = new TreeMap<>();
        for (Change<I> change : waiting.keySet()) {
            keys.computeIfAbsent(change.version().source(), source -> new HashSet<>())
                    .add(change.key());
        }
        Map<Integer, Map<RowKey, Stored>> stored = new HashMap<>();
        keys.forEach((source, of) -> stored.put(source, shelf.stored(of, source)));
        return stored;
    }

    private static Stored known(Map<Integer, Map<RowKey, Stored>> stored, Change<?> change) {
        return stored.getOrDefault(change.version().source(), Map.of()).getOrDefault(change.key(), Stored.NOTHING);
    }

    /** The mapping of now does not want the row. */
    private void forget(Change<I> change, Stored known) {
        if (known.live() != null && !known.isForeignTo(change.version())) {
            shelf.delete(List.of(change.key()));
        }
        shelf.bury(List.of(new Tombstone(change.key(), change.version())));
        settled(List.of(change));
    }

    /** @param wanted one for each row */
    private void write(Collection<Change<I>> wanted, Map<Integer, Map<RowKey, Stored>> stored) {
        if (wanted.isEmpty()) {
            return;
        }
        List<Change<I>> displacing = wanted.stream()
                .filter(change -> known(stored, change).isForeignTo(change.version()))
                .toList();
        List<Change<I>> displaced = displacing.isEmpty() ? List.of() : shelf.rowsOf(displacing);
        Set<Change<I>> written = new LinkedHashSet<>(wanted);
        for (Refusal<I> refusal : shelf.write(wanted.stream()
                .map(change -> new Write<>(change, known(stored, change).live() != null))
                .toList())) {
            Change<I> change = refusal.write().change();
            written.remove(change);
            switch (refusal.cause()) {
                case UNIQUE_CONFLICT -> {
                    noted(change, Kind.HELD, refusal.reason());
                    blockers.remove(change);
                }
                case BAD_DATA -> {
                    noted(change, Kind.PARKED, refusal.reason());
                    waiting.remove(change);
                    parkedAgain++;
                }
            }
        }
        for (int i = 0; i < displacing.size(); i++) {
            if (written.contains(displacing.get(i))) {
                shelf.defer(List.of(new Deferred<>(displaced.get(i), Kind.COLLISION, Deferred.DISPLACED)));
            }
        }
        settled(written);
    }

    /** These wait no more, and their rows have let go of values, and have taken others. */
    private void settled(Collection<Change<I>> changes) {
        Set<RowKey> rows = changes.stream().map(Change::key).collect(Collectors.toSet());
        settled.addAll(changes);
        changed.addAll(rows);
        changes.forEach(waiting::remove);
        blockers.values().removeIf(blocking -> !Collections.disjoint(blocking, rows));
    }

    private void noted(Change<I> change, Kind kind, String reason) {
        Deferred<I> now = new Deferred<>(change, kind, reason);
        Deferred<I> before = requireNonNull(waiting.put(change, now));
        if (before.kind() != kind || !before.reason().equals(reason)) {
            shelf.defer(List.of(now));
        }
    }

    private void lookForBlockers(List<Deferred<I>> held) {
        List<Change<I>> unknown = held.stream()
                .map(Deferred::change)
                .filter(change -> !blockers.containsKey(change))
                .toList();
        if (!unknown.isEmpty()) {
            List<Set<RowKey>> found = shelf.blockers(unknown);
            for (int i = 0; i < found.size(); i++) {
                blockers.put(unknown.get(i), found.get(i));
            }
        }
    }

    /**
     * All smallest cycles at once, for few statements; else each by itself: one that cannot be written (a true conflict) must not
     * keep the others waiting.
     */
    private void replaceCycles() {
        List<Deferred<I>> held = waiting.values().stream()
                .filter(deferred -> deferred.kind() == Kind.HELD)
                .toList();
        lookForBlockers(held);
        Map<RowKey, Change<I>> rows = new LinkedHashMap<>(); // one image a row, should two sources want it
        held.forEach(deferred -> rows.putIfAbsent(deferred.change().key(), deferred.change()));
        List<List<Change<I>>> cycles = cycles(rows).stream()
                .map(keys ->
                        keys.stream().map(key -> requireNonNull(rows.get(key))).toList())
                .toList();
        if (cycles.size() == 1 || !replace(cycles.stream().flatMap(List::stream).toList())) {
            cycles.forEach(this::replace);
        }
    }

    private boolean replace(List<Change<I>> together) {
        if (together.isEmpty() || !shelf.replaceTogether(together)) {
            return false;
        }
        settled(together);
        return true;
    }

    /** Sets of held rows that wait for each other only, none within another. */
    private List<Set<RowKey>> cycles(Map<RowKey, Change<I>> rows) {
        Map<RowKey, Set<RowKey>> graph = new LinkedHashMap<>();
        rows.forEach((key, change) -> graph.put(key, blockers.getOrDefault(change, Set.of())));
        List<Set<RowKey>> closed = new ArrayList<>();
        for (RowKey key : graph.keySet()) {
            Set<RowKey> reached = reached(key, graph);
            // a row that waits, at any remove, for one outside cannot be helped; one that waits for a cycle comes later
            if (graph.keySet().containsAll(reached) && closed.stream().noneMatch(reached::containsAll)) {
                closed.removeIf(other -> other.containsAll(reached));
                closed.add(reached);
            }
        }
        return closed;
    }

    private static Set<RowKey> reached(RowKey start, Map<RowKey, Set<RowKey>> graph) {
        Set<RowKey> reached = new LinkedHashSet<>(Set.of(start));
        Deque<RowKey> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            for (RowKey blocker : graph.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(blocker)) {
                    next.add(blocker);
                }
            }
        }
        return reached;
    }
}
