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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A wiring whose target is the right one but for what a subclass overrides. Confined to one thread. */
class FaultyTarget extends Wiring implements Shelf<Image> {

    private FakeTransaction right;

    @Override
    final Shelf<Image> target(FakeTransaction transaction) {
        right = transaction;
        return this;
    }

    final TargetState state() {
        return right.state;
    }

    @Override
    public boolean advance(ProgressStep step) {
        return right.advance(step);
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
        return right.stored(keys, source);
    }

    @Override
    public List<Change<Image>> rowsOf(List<Change<Image>> displacing) {
        return right.rowsOf(displacing);
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        right.delete(keys);
    }

    @Override
    public List<Refusal<Image>> write(List<Write<Image>> writes) {
        return right.write(writes);
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        right.bury(tombstones);
    }

    @Override
    public void defer(Collection<Deferred<Image>> deferred) {
        right.defer(deferred);
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        right.release(keys, source);
    }

    @Override
    public void wake(Collection<RowKey> keys, int source) {
        right.wake(keys, source);
    }

    @Override
    public boolean lockProgress() {
        return right.lockProgress();
    }

    @Override
    public List<Deferred<Image>> lockDeferred() {
        return right.lockDeferred();
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<Image>> changes) {
        return right.blockers(changes);
    }

    @Override
    public boolean replaceTogether(List<Change<Image>> cycle) {
        return right.replaceTogether(cycle);
    }
}
