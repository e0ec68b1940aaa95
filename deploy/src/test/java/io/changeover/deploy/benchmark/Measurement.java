package io.changeover.deploy.benchmark;

import java.util.Map;

/**
 * One run of one part.
 *
 * @param rate rows a second, from the first one seen to the last
 * @param warmRate the same over the second half of the rows
 * @param cpuPerMillion CPU seconds of each process per million rows
 * @param peakMegabytes peak resident memory of each process
 * @param othersPercent CPU that other processes used meanwhile, in percent of one processor
 */
record Measurement(
        long rows,
        double seconds,
        double rate,
        double warmRate,
        Map<String, Double> cpuPerMillion,
        Map<String, Long> peakMegabytes,
        double othersPercent) {

    /** Above this the run was disturbed. */
    static final double NOISY_PERCENT = 25;

    boolean noisy() {
        return othersPercent > NOISY_PERCENT;
    }
}
