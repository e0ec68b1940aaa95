package io.changeover.apply.stream;

import java.time.Duration;

/**
 * Lets work that holds others up have a tenth of the time at most: what takes long comes seldom. Trying held rows again locks all
 * progress of a new table; with many rows, a busy server and several appliers they would do nothing else. Confined.
 */
public final class Respite {

    private static final int TIMES = 9;
    private static final long MOST_NANOS = Duration.ofSeconds(30).toNanos();

    private final long leastNanos;
    private long until;

    /** @param least how long it rests at least */
    public Respite(Duration least) {
        this.leastNanos = least.toNanos();
        this.until = System.nanoTime() - 1;
    }

    public boolean isOver() {
        return System.nanoTime() - until >= 0;
    }

    /** Does the work, and rests. */
    public void after(Runnable work) {
        long began = System.nanoTime();
        try {
            work.run();
        } finally {
            long ended = System.nanoTime();
            until = ended + Math.max(leastNanos, Math.min(MOST_NANOS, TIMES * (ended - began)));
        }
    }
}
