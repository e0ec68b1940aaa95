package io.changeover.transport.definition;

import java.time.Duration;

/**
 * The comparison of both sides.
 *
 * @param every from the start of one round to the start of the next
 * @param repair whether keys that differ are sent again
 */
public record ReconcileSettings(Duration every, boolean repair) {

    public ReconcileSettings {
        if (every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("every is not positive: " + every);
        }
    }
}
