package io.changeover.transport.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * How the rows of a source that are there already are read, for backfill and refresh; the binlog is not meant.
 *
 * @param readers how many connections read at the same time, 1 to 32, over all tables of the source
 * @param chunkRows the most rows that are read, kept in memory and published at once
 * @param maxThreadsRunning nothing is read while the server runs more statements at once than this; empty: never mind
 * @param maxStreamLag nothing is read while the stream is further behind its server than this; empty: never mind
 * @param maxReplicaLag nothing is read while the server is further behind its own source than this; empty: never mind
 */
public record BackfillSettings(
        int readers,
        int chunkRows,
        Optional<Integer> maxThreadsRunning,
        Optional<Duration> maxStreamLag,
        Optional<Duration> maxReplicaLag) {

    public static final int CHUNK_ROWS = 20_000;

    /** As many readers, however busy the server is. */
    public static BackfillSettings readers(int readers) {
        return new BackfillSettings(readers, CHUNK_ROWS, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public BackfillSettings {
        if (readers < 1) {
            throw new IllegalArgumentException("readers < 1: " + readers);
        }
        if (chunkRows < 1) {
            throw new IllegalArgumentException("chunkRows < 1: " + chunkRows);
        }
    }
}
