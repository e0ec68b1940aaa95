package io.changeover.apply.stream;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets work that holds others up have a tenth of the time: what takes long comes seldom, though every half minute at least. Trying
 * held rows again locks all progress of a new table; with many rows and a busy server it would leave time for nothing else.
 * Confined.
 */
final class Respite {

    private static final int TIMES = 9;
    private static final long MOST_NANOS = Duration.ofSeconds(30).toNanos();

    private final LongSupplier nanoTime;
    private long began;
    private long ended;

    Respite(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
        this.ended = began;
    }

    /** @param least how long it rests at least */
    boolean isOver(Duration least) {
        long rest = Math.max(least.toNanos(), Math.min(MOST_NANOS, TIMES * (ended - began)));
        return nanoTime.getAsLong() - ended >= rest;
    }

    /** Does the work, and rests. */
    void after(Runnable work) {
        began = nanoTime.getAsLong();
        try {
            work.run();
        } finally {
            ended = nanoTime.getAsLong();
        }
    }
}
