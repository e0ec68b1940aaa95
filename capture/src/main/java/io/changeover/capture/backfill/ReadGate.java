package io.changeover.capture.backfill;

import io.changeover.transport.event.TableName;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What a reader passes before each chunk: the limits that operators have set, and those of the source's load. Thread-safe.
 *
 * @param chunkRows the most rows of a chunk
 */
public record ReadGate(ReadLimits limits, SourceLoad load, int chunkRows) {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** Waits until rows of the table may be read; how many, of those that are wanted. At least one. */
    int await(TableName table, int wanted, ReadView view) throws SQLException, InterruptedException {
        while (true) {
            int granted = take(table, wanted, view);
            if (granted > 0) {
                return granted;
            }
            limits.awaitChange(LOOK_AGAIN);
        }
    }

    /** How many rows of the table may be read now, of those that are wanted; 0: none, ask again. */
    int take(TableName table, int wanted, ReadView view) throws SQLException {
        return limits.isOpen(table) && load.permits(view::load) ? limits.take(table, wanted) : 0;
    }
}
