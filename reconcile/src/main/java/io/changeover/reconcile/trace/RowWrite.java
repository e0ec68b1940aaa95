package io.changeover.reconcile.trace;

import java.time.Instant;

/**
 * One write to a row, as the server's binlog has it.
 *
 * @param time of the statement, by the server's clock, in whole seconds
 * @param operation {@code INSERT}, {@code UPDATE}, {@code DELETE} or {@code TRUNCATE}
 * @param place {@code file:position} in the binlog
 * @param thread of the session that wrote: its connection id
 * @param isOurs whether Changeover did
 */
public record RowWrite(Instant time, String operation, String place, long thread, boolean isOurs) {

    /** The table was emptied: whether it had the row is not known. */
    public static final String TRUNCATE = "TRUNCATE";

    /** {@code written by another session at 2026-11-22T22:01:03Z (UPDATE, target binlog shop-bin.000012:4711, thread 57)} */
    @Override
    public String toString() {
        return (isOurs ? "last written by Changeover at " : "written by another session at ") + time + " (" + operation
                + ", target binlog " + place + ", thread " + thread + ")";
    }
}
