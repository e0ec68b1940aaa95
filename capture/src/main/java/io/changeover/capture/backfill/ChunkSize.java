package io.changeover.capture.backfill;

import java.time.Duration;

/** How many rows to read at once: as many as take about the target time, so that no read view stays open for long. */
final class ChunkSize {

    private static final int MIN = 50;
    private static final int MAX = 20_000;
    private static final Duration TARGET = Duration.ofMillis(250);
    private static final long MAX_CHARS = 8L << 20;

    private int rows = 500;

    int rows() {
        return rows;
    }

    /** @param chars characters of the values that were read, for the memory that they take */
    void read(int count, long nanos, long chars) {
        double wanted = count * (double) TARGET.toNanos() / Math.max(1, nanos);
        if (chars > 0) {
            wanted = Math.min(wanted, count * (double) MAX_CHARS / chars);
        }
        rows = (int) Math.max(MIN, Math.min(MAX, Math.min(wanted, rows * 2.0)));
    }
}
