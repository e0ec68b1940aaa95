package io.changeover.apply;

import io.changeover.apply.target.ApplyCounts;
import io.changeover.transport.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the apply of one table does now.
 *
 * @param table {@code source.schema.table}
 * @param problem why it stopped, until it has proved that it goes on; else what it waits for
 */
public record TableState(
        String table, Phase phase, @Nullable Problem problem, ApplyCounts.Snapshot counts) {

    /**
     * <pre>
     * STARTING --> APPLYING <--> WAITING         (APPLYING <--> PAUSED, as operators have it)
     *     ^            |            |
     *     +--- STOPPED <------------+      (tried again now and then: its cause may have been mended)
     * </pre>
     */
    public enum Phase {
        STARTING,
        APPLYING,
        /** by an operator */
        PAUSED,
        /** for the target, Kafka, or the topic */
        WAITING,
        /** until an operator does what the problem says */
        STOPPED
    }
}
