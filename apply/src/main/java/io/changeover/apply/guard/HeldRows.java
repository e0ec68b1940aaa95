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
 * values, values that go from row to row) together: exactly their rows are deleted and written anew, in the one transaction. Rows
 * are read and written many at a time, for meanwhile every owner of the table waits for us.
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

    /** Of a row, an image of each source may wait. */
    private record Waiter(RowKey row, int source) {

        static Waiter of(Change<?> change) {
            return new Waiter(change.key(), change.version().source());
        }
    }

    /** Keys that one question names. */
    static final int MAX_KEYS = 1024;

    private final Shelf<I> shelf;
    private final Set<Integer> places;
    private final boolean thorough;
    /** What still waits, oldest first. */
    private final Map<Waiter, Deferred<I>> waiting = new LinkedHashMap<>();
    /** What is known of their rows; with all progress locked, nobody else changes them. */
    private final Map<Waiter, Stored> stored = new HashMap<>();
    /** What stands in the way of an image, as far as it was looked for since one of those rows was changed. */
    private final Map<Waiter, Set<RowKey>> blockers = new HashMap<>();
    /** The rows that were changed since they were read. */
    private final Set<RowKey> changed = new HashSet<>();
    /** The rows that were tried in this round, and refused. */
    private final Set<RowKey> refused = new HashSet<>();

    private final List<Change<I>> settled = new ArrayList<>();
    private final List<Change<I>> misplaced = new ArrayList<>();
    private int parkedAgain;

    /**
     * @param places of the new table that the shelf's server has
     * @param thorough whether to try to write each row at first, whatever seems to stand in its way: costs a statement or two for
     *     each, and finds what only the write itself can tell
     */
    HeldRows(Shelf<I> shelf, Set<Integer> places, boolean thorough) {
        this.shelf = shelf;
        this.places = places;
        this.thorough = thorough;
    }

    /** Writes what can be written now. Used once. Safe to run at any time, by any owner. */
    Outcome<I> retry() {
        for (Deferred<I> deferred : shelf.lockDeferred()) {
            Change<I> change = deferred.change();
            if (places.contains(change.key().place())) {
                waiting.put(Waiter.of(change), deferred);
            } else if (change.image() == null) { // to be forgotten here, and nowhere else to be written
                Change<I> nowhere = change.withoutPlace();
                waiting.put(Waiter.of(nowhere), new Deferred<>(nowhere, deferred.kind(), deferred.reason()));
            } else {
                misplaced.add(change);
            }
        }
        boolean all = thorough;
        int last;
        do {
            last = waiting.size();
            settle(all);
            replaceThoseThatWaitForEachOther();
            all = false;
        } while (waiting.size() < last); // a row that was written has let go of values that others wait for
        return new Outcome<>(settled, misplaced, parkedAgain);
    }

    /**
     * Writes all that no row stands in the way of.
     *
     * @param all whether the others, too
     */
    private void settle(boolean all) {
        readStored();
        changed.clear();
        refused.clear();
        List<Deferred<I>> wanted = new ArrayList<>();
        for (Deferred<I> deferred : List.copyOf(waiting.values())) {
            Change<I> change = deferred.change();
            Stored known = known(change);
            if (new Stored(known.live(), known.tombstone(), null).isNewerThan(change.version())) {
                settled.add(change);
                waiting.remove(Waiter.of(change));
            } else if (change.image() == null) {
                forget(change, known);
            } else if (known.isForeignTo(change.version()) && !change.preferred()) {
                noted(change, Kind.COLLISION, Deferred.FOREIGN);
            } else {
                wanted.add(deferred);
            }
        }
        List<Change<I>> free = wanted.stream().map(Deferred::change).toList();
        if (!all) {
            lookForBlockers(wanted.stream().filter(Deferred::saysConflict).toList());
            free = free.stream().filter(change -> blockers(change).isEmpty()).toList();
        }
        while (!free.isEmpty()) {
            // of a row that several sources want, one at a time
            Map<RowKey, Change<I>> firsts = new LinkedHashMap<>();
            free.stream()
                    .filter(change -> !changed.contains(change.key()))
                    .forEach(change -> firsts.putIfAbsent(change.key(), change));
            write(firsts.values());
            free = free.stream()
                    .filter(change -> !changed.contains(change.key()) && !change.equals(firsts.get(change.key())))
                    .toList();
        }
    }

    private void readStored() {
        Map<Integer, List<RowKey>> keys = new TreeMap<>();
        for (Waiter waiter : waiting.keySet()) {
            if (!stored.containsKey(waiter) || changed.contains(waiter.row())) {
                keys.computeIfAbsent(waiter.source(), source -> new ArrayList<>())
                        .add(waiter.row());
            }
        }
        keys.forEach((source, of) -> {
            for (int from = 0; from < of.size(); from += MAX_KEYS) {
                Set<RowKey> asked = Set.copyOf(of.subList(from, Math.min(from + MAX_KEYS, of.size())));
                Map<RowKey, Stored> found = shelf.stored(asked, source);
                asked.forEach(key -> stored.put(new Waiter(key, source), found.getOrDefault(key, Stored.NOTHING)));
            }
        });
    }

    private Stored known(Change<I> change) {
        return stored.getOrDefault(Waiter.of(change), Stored.NOTHING);
    }

    private Set<RowKey> blockers(Change<I> change) {
        return blockers.getOrDefault(Waiter.of(change), Set.of());
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
    private void write(Collection<Change<I>> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        List<Change<I>> displaced = displacedBy(wanted);
        Map<Waiter, Change<I>> written = new LinkedHashMap<>();
        wanted.forEach(change -> written.put(Waiter.of(change), change));
        for (Refusal<I> refusal : shelf.write(wanted.stream()
                .map(change -> new Write<>(change, known(change).live() != null))
                .toList())) {
            Change<I> change = refusal.write().change();
            Waiter waiter = Waiter.of(change);
            written.remove(waiter);
            switch (refusal.cause()) {
                case UNIQUE_CONFLICT -> {
                    noted(change, Kind.HELD, refusal.reason());
                    refused.add(change.key());
                    blockers.remove(waiter);
                }
                case BAD_DATA -> {
                    noted(change, Kind.PARKED, refusal.reason());
                    waiting.remove(waiter);
                    parkedAgain++;
                }
            }
        }
        Set<RowKey> rows = written.values().stream().map(Change::key).collect(Collectors.toSet());
        settled(written.values());
        keep(displaced.stream().filter(row -> rows.contains(row.key())).toList());
    }

    /** The rows of other sources whose place these take. */
    private List<Change<I>> displacedBy(Collection<Change<I>> changes) {
        List<Change<I>> displacing = changes.stream()
                .filter(change -> known(change).isForeignTo(change.version()))
                .toList();
        return displacing.isEmpty() ? List.of() : shelf.rowsOf(displacing);
    }

    /** They wait now, even if they were written only in this retry: then they are not to be released. */
    private void keep(List<Change<I>> displaced) {
        for (Change<I> row : displaced) {
            shelf.defer(List.of(new Deferred<>(row, Kind.COLLISION, Deferred.DISPLACED)));
            settled.removeIf(change -> change.key().identity().equals(row.key().identity())
                    && change.version().sameSource(row.version()));
        }
    }

    /** These wait no more, and their rows have let go of values. */
    private void settled(Collection<Change<I>> changes) {
        Set<RowKey> rows = changes.stream().map(Change::key).collect(Collectors.toSet());
        settled.addAll(changes);
        changed.addAll(rows);
        changes.forEach(change -> waiting.remove(Waiter.of(change)));
        blockers.values().removeIf(blocking -> !Collections.disjoint(blocking, rows));
    }

    private void noted(Change<I> change, Kind kind, String reason) {
        Deferred<I> now = new Deferred<>(change, kind, reason);
        Deferred<I> before = requireNonNull(waiting.put(Waiter.of(change), now));
        if (before.kind() != kind || !before.reason().equals(reason)) {
            shelf.defer(List.of(now));
        }
    }

    private void lookForBlockers(List<Deferred<I>> held) {
        List<Change<I>> unknown = held.stream()
                .map(Deferred::change)
                .filter(change -> !blockers.containsKey(Waiter.of(change)))
                .toList();
        if (!unknown.isEmpty()) {
            List<Set<RowKey>> found = shelf.blockers(unknown);
            for (int i = 0; i < found.size(); i++) {
                blockers.put(Waiter.of(unknown.get(i)), found.get(i));
            }
        }
    }

    /**
     * All of them at once; else each smallest set by itself: one that cannot be written (a true conflict) must not keep the others
     * waiting.
     */
    private void replaceThoseThatWaitForEachOther() {
        List<Deferred<I>> held = waiting.values().stream()
                .filter(deferred -> deferred.kind() == Kind.HELD)
                .toList();
        lookForBlockers(held);
        Map<RowKey, Change<I>> rows = new LinkedHashMap<>(); // one image a row, should two sources want it
        held.forEach(deferred -> rows.putIfAbsent(deferred.change().key(), deferred.change()));
        rows.keySet().removeAll(changed); // what is known of them is of before
        Map<RowKey, Set<RowKey>> graph = new LinkedHashMap<>();
        rows.forEach((key, change) -> {
            Set<RowKey> blocking = blockers(change);
            // refused, and no row stands in the way: by an index that is not seen through
            if (!blocking.isEmpty() || !refused.contains(key)) {
                graph.put(key, blocking);
            }
        });
        removeHelpless(graph);
        if (!replace(graph.keySet(), rows)) {
            cycles(graph).stream().filter(cycle -> cycle.size() < graph.size()).forEach(cycle -> replace(cycle, rows));
        }
    }

    private boolean replace(Set<RowKey> keys, Map<RowKey, Change<I>> rows) {
        List<Change<I>> together =
                keys.stream().map(key -> requireNonNull(rows.get(key))).toList();
        List<Change<I>> displaced = displacedBy(together);
        if (together.isEmpty() || !shelf.replaceTogether(together)) {
            return false;
        }
        settled(together);
        keep(displaced);
        return true;
    }

    /** Who waits, at any remove, for a row that is not among them. */
    private static void removeHelpless(Map<RowKey, Set<RowKey>> graph) {
        Map<RowKey, List<RowKey>> waitingFor = new HashMap<>();
        Deque<RowKey> helpless = new ArrayDeque<>();
        graph.forEach((key, blocking) -> blocking.forEach(blocker -> {
            waitingFor.computeIfAbsent(blocker, row -> new ArrayList<>()).add(key);
            if (!graph.containsKey(blocker)) {
                helpless.add(key);
            }
        }));
        while (!helpless.isEmpty()) {
            RowKey key = helpless.remove();
            if (graph.remove(key) != null) {
                helpless.addAll(waitingFor.getOrDefault(key, List.of()));
            }
        }
    }

    /** Sets of rows that wait for each other only, none within another. */
    private static List<Set<RowKey>> cycles(Map<RowKey, Set<RowKey>> graph) {
        List<Set<RowKey>> closed = new ArrayList<>();
        for (RowKey key : graph.keySet()) {
            Set<RowKey> reached = reached(key, graph);
            // one that waits for a cycle comes later
            if (closed.stream().noneMatch(reached::containsAll)) {
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
