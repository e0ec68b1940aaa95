package io.changeover.apply.stream;

import org.jspecify.annotations.Nullable;

/**
 * What a table may do now, as its operators and the load of its targets have it.
 *
 * @param paused nothing is written, not even what was read already
 * @param busy why nothing more is read at the moment, though nobody paused it; null: it is
 * @param rowsPerSecond row changes of one partition, on the average; infinite: no limit
 */
public record Allowance(boolean paused, @Nullable String busy, double rowsPerSecond) {

    public static final Allowance ALL = new Allowance(false, null, Double.POSITIVE_INFINITY);

    public boolean isLimited() {
        return rowsPerSecond < Double.POSITIVE_INFINITY;
    }
}
