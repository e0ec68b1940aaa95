package io.changeover.apply.guard;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Another shelf, but for what a subclass overrides. */
abstract class ForwardingShelf implements HeldRows.Shelf<String> {

    private final HeldRows.Shelf<String> shelf;

    ForwardingShelf(HeldRows.Shelf<String> shelf) {
        this.shelf = shelf;
    }

    @Override
    public boolean advance(ProgressStep step) {
        return shelf.advance(step);
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
        return shelf.stored(keys, source);
    }

    @Override
    public List<Change<String>> rowsOf(List<Change<String>> displacing) {
        return shelf.rowsOf(displacing);
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        shelf.delete(keys);
    }

    @Override
    public List<Refusal<String>> write(List<Write<String>> writes) {
        return shelf.write(writes);
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        shelf.bury(tombstones);
    }

    @Override
    public void defer(Collection<Deferred<String>> deferred) {
        shelf.defer(deferred);
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        shelf.release(keys, source);
    }

    @Override
    public void wake(Collection<RowKey> keys, int source) {
        shelf.wake(keys, source);
    }

    @Override
    public List<Deferred<String>> lockDeferred() {
        return shelf.lockDeferred();
    }

    @Override
    public boolean lockProgress() {
        return shelf.lockProgress();
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<String>> changes) {
        return shelf.blockers(changes);
    }

    @Override
    public boolean replaceTogether(List<Change<String>> cycle) {
        return shelf.replaceTogether(cycle);
    }
}
