package io.changeover.apply.stream;

import io.changeover.apply.guard.FencedException;
import io.changeover.apply.guard.ProgressStep;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches of one stream thread go, with the progress that stands there. Confined to the thread. Every method may
 * throw a {@link TargetUnavailableException}, after which it may be called again.
 */
public interface BatchTarget extends AutoCloseable {

    /** An owned partition's place: the next offset to apply, under the epoch that the claim raised. */
    record Claim(long nextOffset, long epoch) {}

    /**
     * Takes a partition over: whoever had it is fenced from now on.
     *
     * @param logStart first offset that the topic still has
     * @param logEnd the offset that it will give next
     * @return null while the partition is closed to us (a cutover closed it)
     * @throws io.changeover.transport.problem.ChangeoverException (19) when the topic is not the one that progress knows, or
     *     what comes next is not there any more
     */
    @Nullable
    Claim claim(int partition, long logStart, long logEnd);

    /**
     * Writes the batch and advances the steps, in one transaction. Doing it again with the same batch, or an older one, is
     * harmless.
     *
     * @throws FencedException when a step's partition is not ours any more; nothing was written
     */
    void write(List<ProgressStep> steps, List<Received> batch);

    /** Whether every partition still stands where we left it. */
    boolean holds(Map<Integer, Claim> claims);

    /**
     * Tries what is held back by unique values of other rows again, whichever partition it came over. Others may do the same, but
     * wait for each other.
     */
    void retryHeld();

    /** Whether batches since the last retry had rows held, or that retry wrote some: then another one may soon do more. */
    boolean heldLately();

    /** The partitions are not ours any more. */
    void released(Collection<Integer> partitions);

    @Override
    void close();
}
