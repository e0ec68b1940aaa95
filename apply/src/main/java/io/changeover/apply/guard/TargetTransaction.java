package io.changeover.apply.guard;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One transaction on one target server, as the decisions see it. Every statement of an implementation touches exactly the
 * rows named by its argument. Tombstones and images put aside are of a key, whatever its place. The caller commits or rolls back.
 *
 * @param <I> the mapped row as the target writes it
 */
public interface TargetTransaction<I> {

    /** Compare-and-set of one progress row, which also locks it. False when it is not at {@code from} with that epoch. */
    boolean advance(ProgressStep step);

    /** What is known of each key, with the rows locked; keys that are unknown may be absent from the result. */
    Map<RowKey, Stored> stored(Set<RowKey> keys, int source);

    /** The rows that are there and that these changes are to displace, as images that can be put aside and written again. */
    List<Change<I>> rowsOf(List<Change<I>> displacing);

    void delete(Collection<RowKey> keys);

    /** Writes all but what the database refuses; a refusal leaves no trace of its row's write. */
    List<Refusal<I>> write(List<Write<I>> writes);

    /**
     * For each change, in order, the keys of the live rows that have a unique value which it wants, the row of its own key left
     * out. Not locked: it tells whether to try, not what comes of it.
     */
    List<Set<RowKey>> blockers(List<Change<I>> changes);

    /** Remembers deletes; keeps the newest version of a key and source. */
    void bury(Collection<Tombstone> tombstones);

    /** Puts images aside, in place of older ones that were put aside for the same key and source. */
    void defer(Collection<Deferred<I>> deferred);

    /** Forgets what was put aside for these keys of that source. */
    void release(Collection<RowKey> keys, int source);

    /** What was put aside for these keys of that source is overtaken: a retry is to find that out, and to forget it. */
    void wake(Collection<RowKey> keys, int source);
}
