package io.changeover.apply.guard;

import io.changeover.apply.guard.Removal.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of a batch that have to go from places beside the ones that the batch writes. */
final class Removals<I> {

    private final List<Removal> deleted = new ArrayList<>();
    private final List<Removal> moved = new ArrayList<>();
    private final Map<String, Removal> before = new HashMap<>();

    /** @param newest the newest of {@code changes}, for each key */
    Removals(List<Change<I>> changes, Collection<Change<I>> newest) {
        for (Change<I> change : newest) {
            if (change.scattered()) {
                (change.image() == null ? deleted : moved).add(Removal.of(change));
            }
        }
        for (Change<I> change : changes) {
            if (change.image() == null) {
                before.merge(
                        change.key().identity(),
                        Removal.of(change),
                        (old, next) -> next.version().isAtOrAfter(old.version()) ? next : old);
            }
        }
    }

    private Removals() {}

    /** The ones that images leave behind which were written in their places at last. */
    static <I> Removals<I> after(List<Change<I>> written) {
        Removals<I> removals = new Removals<>();
        written.forEach(change -> removals.moved.add(new Removal(
                change.key(), change.version(), change.image() == null ? Scope.EVERYWHERE : Scope.ELSEWHERE)));
        return removals;
    }

    /**
     * Takes them from the places of one server. Not what moved while its new place does not take it; but a delete before an
     * image that waits: beside one, the row of before would live on although it was deleted.
     *
     * @param waiting identities of keys whose newest image is put aside
     * @return how many rows went
     */
    int from(TargetTransaction<I> transaction, TargetServer<I> server, Set<String> waiting) {
        List<Removal> due = new ArrayList<>(deleted);
        moved.stream()
                .filter(removal -> !waiting.contains(removal.key().identity()))
                .forEach(due::add);
        waiting.stream().map(before::get).filter(removal -> removal != null).forEach(due::add);
        Map<Integer, List<Removal>> bySource = due.stream()
                .collect(Collectors.groupingBy(
                        removal -> removal.version().source(), LinkedHashMap::new, Collectors.toList()));
        int gone = 0;
        for (Map.Entry<Integer, List<Removal>> entry : bySource.entrySet()) {
            gone += remove(transaction, server, entry.getValue(), entry.getKey());
        }
        return gone;
    }

    private int remove(TargetTransaction<I> transaction, TargetServer<I> server, List<Removal> due, int source) {
        Map<RowKey, Removal> rows = new LinkedHashMap<>();
        for (Removal removal : due) {
            for (int place : server.places()) {
                if (removal.concerns(place)) {
                    rows.put(removal.key().at(place), removal);
                }
            }
        }
        if (rows.isEmpty()) {
            return 0;
        }
        Map<RowKey, Stored> stored = transaction.stored(rows.keySet(), source);
        List<RowKey> deletes = new ArrayList<>();
        Map<String, Tombstone> tombstones = new LinkedHashMap<>();
        List<RowKey> overtaken = new ArrayList<>();
        rows.forEach((key, removal) -> {
            Stored known = stored.getOrDefault(key, Stored.NOTHING);
            if (known.live() != null
                    && !known.isForeignTo(removal.version())
                    && !known.hasRowNewerThan(removal.version())) {
                deletes.add(key);
            }
            if (known.awaitsOlderThan(removal.version())) {
                overtaken.add(key);
            }
            tombstones.put(key.identity(), new Tombstone(key, removal.version()));
        });
        transaction.delete(deletes);
        transaction.release(overtaken, source);
        transaction.bury(tombstones.values());
        return deletes.size();
    }
}
