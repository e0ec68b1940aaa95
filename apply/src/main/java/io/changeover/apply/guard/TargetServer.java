package io.changeover.apply.guard;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * One server with some of the new table's places. Every server keeps a progress of its own, of all partitions, and what it
 * remembers of keys (tombstones, deferred images) it remembers for all of its places.
 *
 * @param <I> the mapped row as the target writes it
 */
public interface TargetServer<I> {

    /** The places that it has; the first server takes {@link RowKey#NOWHERE} along, for images that belong to no place. */
    Set<Integer> places();

    /** The steps to the same offsets from where its own progress stands, which may be further already. */
    List<ProgressStep> steps(Collection<ProgressStep> asked);

    /** The steps are committed. */
    void advanced(List<ProgressStep> steps);

    /** Runs the work in a transaction and commits; again, from its beginning, where the server says that this helps. */
    <T> T inTransaction(Function<HeldRows.Shelf<I>, T> work);
}
