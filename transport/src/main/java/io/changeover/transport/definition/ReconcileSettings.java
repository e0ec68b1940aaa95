package io.changeover.transport.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * The comparison of both sides.
 *
 * @param every when a table is compared again
 * @param repair whether keys that differ are sent again
 * @param patience how long is waited for what is under way, each time when rows that look different are looked at again
 * @param repairRows the most rows of a table that are sent again in one round
 * @param repairPercent the same, as a part of the rows that were compared
 * @param rowsPerSecond no more rows of a side are read in a second; empty: as fast as the servers give them
 */
public record ReconcileSettings(
        Recurrence every,
        boolean repair,
        Duration patience,
        int repairRows,
        int repairPercent,
        Optional<Integer> rowsPerSecond) {

    public ReconcileSettings {
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("not positive: patience " + patience);
        }
    }

    /** The same, but for whether rows are sent again. */
    public ReconcileSettings repairing(boolean wanted) {
        return new ReconcileSettings(every, wanted, patience, repairRows, repairPercent, rowsPerSecond);
    }
}
