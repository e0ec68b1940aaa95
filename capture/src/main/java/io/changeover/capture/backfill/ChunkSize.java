package io.changeover.capture.backfill;

import java.time.Duration;

/**
 * How many rows to read at once: as many as take about the target time, so that no read view stays open for long.
 * Thread-safe.
 */
final class ChunkSize {

    private static final int LEAST = 50;
    private static final int FIRST = 500;
    private static final Duration TARGET = Duration.ofMillis(250);
    private static final long MAX_CHARS = 8L << 20;

    private final int most;
    private int rows;

    /** @param most how many rows at most */
    ChunkSize(int most) {
        this.most = most;
        this.rows = Math.min(FIRST, most);
    }

    synchronized int rows() {
        return rows;
    }

    /** @param chars characters of the values that were read, for the memory that they take */
    synchronized void read(int count, long nanos, long chars) {
        double wanted = count * (double) TARGET.toNanos() / Math.max(1, nanos);
        if (chars > 0) {
            wanted = Math.min(wanted, count * (double) MAX_CHARS / chars);
        }
        rows = (int) Math.min(most, Math.max(LEAST, Math.min(wanted, rows * 2.0)));
    }
}
