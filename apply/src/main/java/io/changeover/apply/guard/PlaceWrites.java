package io.changeover.apply.guard;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the changes of a batch in the places where their rows belong, and nowhere else. Used once for one transaction. */
final class PlaceWrites<I> {

    private final TargetTransaction<I> transaction;
    private final boolean scattering;
    private final List<RowKey> deletes = new ArrayList<>();
    private final List<Tombstone> tombstones = new ArrayList<>();
    private final List<Write<I>> writes = new ArrayList<>();
    private final List<Deferred<I>> deferred = new ArrayList<>();
    private final List<Change<I>> displacing = new ArrayList<>();
    private final List<RowKey> superseded = new ArrayList<>();
    private final List<RowKey> woken = new ArrayList<>();
    private final Set<String> waiting = new HashSet<>();

    PlaceWrites(TargetTransaction<I> transaction, boolean scattering) {
        this.transaction = transaction;
        this.scattering = scattering;
    }

    /** @param changes one for each key, the newest of the batch, with images or for places of this server */
    Written write(Collection<Change<I>> changes) {
        if (changes.isEmpty()) {
            return Written.NOTHING;
        }
        int source = changes.iterator().next().version().source();
        Map<RowKey, Stored> stored =
                transaction.stored(changes.stream().map(Change::key).collect(Collectors.toSet()), source);
        int stale = 0;
        for (Change<I> change : changes) {
            Stored before = stored.getOrDefault(change.key(), Stored.NOTHING);
            if (before.isNewerThan(change.version())) {
                stale++;
                if (before.awaitsNewerThan(change.version())) {
                    waiting.add(change.key().identity());
                }
            } else {
                decide(change, before);
            }
        }

        // deletes first: they free unique values that writes of the same batch may take
        transaction.delete(deletes);
        transaction.release(superseded, source);
        transaction.wake(woken, source);
        List<Change<I>> displaced = displacing.isEmpty() ? List.of() : transaction.rowsOf(displacing);
        deferred.addAll(refused(writes));
        transaction.bury(tombstones);
        transaction.defer(deferred);
        deferred.forEach(row -> waiting.add(row.change().key().identity()));
        transaction.defer(displaced.stream()
                .filter(row -> !waiting.contains(row.key().identity()))
                .map(row -> new Deferred<>(row, Kind.COLLISION, Deferred.DISPLACED))
                .toList());
        int parked =
                (int) deferred.stream().filter(row -> row.kind() == Kind.PARKED).count();
        int written = changes.size() - stale - tombstones.size() - deferred.size();
        return new Written(written, deletes.size(), stale, deferred.size() - parked, parked, waiting);
    }

    private void decide(Change<I> change, Stored before) {
        if (before.deferred() != null) {
            // an update that moves nothing leaves to the retry what the waiting image has kept in an old place
            (scattering && !change.scattered() ? woken : superseded).add(change.key());
        }
        boolean foreign = before.isForeignTo(change.version());
        if (change.image() == null) {
            tombstones.add(new Tombstone(change.key(), change.version()));
            if (before.live() != null && !foreign) {
                deletes.add(change.key());
            }
        } else if (foreign && !change.preferred()) {
            deferred.add(new Deferred<>(change, Kind.COLLISION, Deferred.FOREIGN));
        } else {
            writes.add(new Write<>(change, before.live() != null));
            if (foreign) {
                displacing.add(change);
            }
        }
    }

    /** Further tries find the unique values that other rows of the try before have let go; who is refused in the end waits. */
    private List<Deferred<I>> refused(List<Write<I>> wanted) {
        List<Deferred<I>> refused = new ArrayList<>();
        Map<RowKey, Refusal<I>> conflicts = new LinkedHashMap<>();
        List<Write<I>> pending = wanted;
        while (!pending.isEmpty()) {
            List<Refusal<I>> refusals = transaction.write(pending);
            pending.forEach(write -> conflicts.remove(write.change().key()));
            for (Refusal<I> refusal : refusals) {
                Change<I> change = refusal.write().change();
                switch (refusal.cause()) {
                    case UNIQUE_CONFLICT -> conflicts.put(change.key(), refusal);
                    case BAD_DATA -> refused.add(new Deferred<>(change, Kind.PARKED, refusal.reason()));
                }
            }
            pending = refusals.size() < pending.size() ? free(conflicts.values()) : List.of();
        }
        conflicts
                .values()
                .forEach(refusal -> refused.add(new Deferred<>(refusal.write().change(), Kind.HELD, refusal.reason())));
        return refused;
    }

    /** The ones that no row stands in the way of now: a try of each would be a statement of its own. */
    private List<Write<I>> free(Collection<Refusal<I>> conflicts) {
        List<Write<I>> writes = conflicts.stream().map(Refusal::write).toList();
        List<Set<RowKey>> blockers = writes.isEmpty()
                ? List.of()
                : transaction.blockers(writes.stream().map(Write::change).toList());
        List<Write<I>> free = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            if (blockers.get(i).isEmpty()) {
                free.add(writes.get(i));
            }
        }
        return free;
    }
}
