package io.changeover.deploy.simulation;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.HeldRows.Shelf;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.Refusal;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Stored;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.guard.Write;
import io.changeover.deploy.simulation.TargetState.Known;
import io.changeover.deploy.simulation.TargetState.Live;
import io.changeover.deploy.simulation.TargetState.Progress;
import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A transaction on a private copy of the target, which becomes the target when it is committed. */
final class FakeTransaction implements Shelf<Image> {

    final TargetState state;

    FakeTransaction(TargetState state) {
        this.state = state;
    }

    @Override
    public boolean advance(ProgressStep step) {
        String partition = step.topic() + "-" + step.partition();
        Progress now = state.progress.get(partition);
        if (now.next() != step.from() || now.epoch() != step.epoch()) {
            return false;
        }
        state.progress.put(partition, new Progress(step.to(), now.epoch(), now.counter() + 1));
        return true;
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
        Map<RowKey, Stored> stored = new HashMap<>();
        for (RowKey key : keys) {
            Known known = new Known(key.identity(), source);
            Live live = state.live.get(key.identity());
            Deferred<Image> deferred = state.deferred.get(known);
            boolean own = live != null && live.version().source() == source; // a real target does not look further
            stored.put(
                    key,
                    new Stored(
                            live == null ? null : live.version(),
                            own ? null : state.tombstones.get(known),
                            deferred == null ? null : deferred.change().version()));
        }
        return stored;
    }

    @Override
    public List<Change<Image>> rowsOf(List<Change<Image>> displacing) {
        throw new UnsupportedOperationException("no source is preferred");
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        keys.forEach(key -> state.live.remove(key.identity()));
    }

    @Override
    public List<Refusal<Image>> write(List<Write<Image>> writes) {
        List<Refusal<Image>> refusals = new ArrayList<>();
        for (Write<Image> write : writes) {
            Change<Image> change = write.change();
            if (change.image().f().equals("bad")) {
                refusals.add(new Refusal<>(write, Refusal.Cause.BAD_DATA, "bad"));
            } else if (!blockers(change).isEmpty()) {
                refusals.add(new Refusal<>(write, Refusal.Cause.UNIQUE_CONFLICT, "u"));
            } else {
                state.live.put(change.key().identity(), new Live(change.image(), change.version()));
            }
        }
        return refusals;
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        for (Tombstone tombstone : tombstones) {
            Known known =
                    new Known(tombstone.key().identity(), tombstone.version().source());
            Version before = state.tombstones.get(known);
            if (before == null || tombstone.version().isAfter(before)) {
                state.tombstones.put(known, tombstone.version());
            }
        }
    }

    @Override
    public void defer(Collection<Deferred<Image>> deferred) {
        deferred.forEach(d -> state.deferred.put(
                new Known(d.change().key().identity(), d.change().version().source()), d));
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        keys.forEach(key -> state.deferred.remove(new Known(key.identity(), source)));
    }

    @Override
    public void wake(Collection<RowKey> keys, int source) {
        if (!keys.isEmpty()) {
            throw new UnsupportedOperationException("no row of this table moves");
        }
    }

    @Override
    public boolean lockProgress() {
        return true;
    }

    @Override
    public List<Deferred<Image>> lockDeferred() {
        return state.deferred.values().stream()
                .filter(deferred -> deferred.kind() != Deferred.Kind.PARKED)
                .toList();
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<Image>> changes) {
        return changes.stream().map(this::blockers).toList();
    }

    private Set<RowKey> blockers(Change<Image> change) {
        String wanted = change.image().u();
        if (wanted == null) {
            return Set.of();
        }
        for (Map.Entry<String, Live> row : state.live.entrySet()) {
            if (wanted.equals(row.getValue().image().u())
                    && !row.getKey().equals(change.key().identity())) {
                return Set.of(new RowKey(row.getKey(), List.of(row.getKey())));
            }
        }
        return Set.of();
    }

    @Override
    public boolean replaceTogether(List<Change<Image>> cycle) {
        Map<String, Live> before = new HashMap<>(state.live);
        cycle.forEach(change -> state.live.remove(change.key().identity()));
        for (Change<Image> change : cycle) {
            if (!write(List.of(new Write<>(change, false))).isEmpty()) {
                state.live.clear();
                state.live.putAll(before);
                return false;
            }
        }
        return true;
    }
}
