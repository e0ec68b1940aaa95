package io.changeover.transport.definition;

import java.time.Duration;

/**
 * The comparison of both sides.
 *
 * @param every from the start of one round to the start of the next
 * @param repair whether keys that differ are sent again
 * @param patience how long is waited for what is under way, each time when rows that look different are looked at again
 * @param repairRows the most rows of a table that are sent again in one round
 * @param repairPercent the same, as a part of the rows that were compared
 */
public record ReconcileSettings(Duration every, boolean repair, Duration patience, int repairRows, int repairPercent) {

    public ReconcileSettings {
        if (every.isNegative() || every.isZero() || patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("not positive: every " + every + ", patience " + patience);
        }
    }
}
