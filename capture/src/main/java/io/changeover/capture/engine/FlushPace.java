package io.changeover.capture.engine;

import java.time.Duration;

/**
 * When what was read is published. Rows, and commits that somebody waits for: soon, but not every transaction by itself.
 * Commits alone, of a source that is busy with tables that are not captured: now and then, and once it is quiet, so that who
 * waits for a position has it soon.
 *
 * <p>Times are those of {@link System#nanoTime}. Confined to one thread.
 */
final class FlushPace {

    /** Between two times, unless the reader publishes because it has enough. */
    static final Duration ROWS = Duration.ofMillis(10);

    static final Duration COMMITS = Duration.ofMillis(500);

    /** Nothing was read for so long: quiet. */
    static final Duration QUIET = Duration.ofMillis(30);

    private static final Duration IDLE = Duration.ofSeconds(1);

    private boolean open;
    private long read;
    private long flushed;

    FlushPace(long now) {
        flushed = now - COMMITS.toNanos();
    }

    void read(long now) {
        open = true;
        read = now;
    }

    void flushed(long now) {
        open = false;
        flushed = now;
    }

    /**
     * How long to wait for more, in nanoseconds; 0 or less: publish.
     *
     * @param hurries whether rows were read, or somebody waits for a commit
     */
    long left(long now, boolean hurries) {
        if (!open) {
            return IDLE.toNanos();
        }
        long since = now - flushed;
        long rows = ROWS.toNanos() - since;
        if (hurries) {
            return rows;
        }
        long quiet = QUIET.toNanos() - (now - read);
        return Math.max(rows, Math.min(quiet, COMMITS.toNanos() - since));
    }
}
