package io.changeover.deploy.benchmark;

import java.util.Arrays;
import java.util.List;

/**
 * From the end of a commit on the old server until a reader of the new one sees its row, in milliseconds.
 *
 * @param rate row changes a second that were committed meanwhile
 * @param probes rows that were waited for
 * @param othersPercent CPU that other processes used meanwhile, in percent of one processor
 */
record Latency(double rate, int probes, double median, double p90, double p99, double largest, double othersPercent) {

    static Latency of(List<Long> nanos, double rate, double othersPercent) {
        double[] sorted =
                nanos.stream().mapToDouble(each -> each / 1e6).sorted().toArray();
        return new Latency(
                rate,
                sorted.length,
                quantile(sorted, 0.5),
                quantile(sorted, 0.9),
                quantile(sorted, 0.99),
                quantile(sorted, 1),
                othersPercent);
    }

    private static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            throw new IllegalStateException("no probe: " + Arrays.toString(sorted));
        }
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }
}
