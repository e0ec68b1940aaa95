package io.changeover.capture.engine;

import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of a binlog is.
 *
 * @param file empty until the server named it
 */
record Place(String source, @Nullable Gtid gtid, String file, long position, long end) {

    ChangeoverException stop(ExitCode code, String cause, String remedy) {
        return stop(code, cause, remedy, null);
    }

    ChangeoverException stop(ExitCode code, String cause, String remedy, @Nullable Throwable error) {
        return new ChangeoverException(new Problem(code, toString(), cause, remedy), error);
    }

    /** As {@link #stop}, of one table only. */
    TableStopped leave(TableName table, ExitCode code, String cause, String remedy) {
        return leave(table, code, cause, remedy, null);
    }

    TableStopped leave(TableName table, ExitCode code, String cause, String remedy, @Nullable Throwable error) {
        String more = (remedy.isEmpty() ? "" : remedy + "; then ") + readmit(table);
        return new TableStopped(table, new Problem(code, toString(), cause, more), error);
    }

    /** The command that captures a table again. */
    private String readmit(TableName table) {
        return "`changeover readmit --table " + source + "." + table + " --execute`, which reads the table anew";
    }

    /** The rows of an event cannot be decoded. */
    TableStopped unreadable(TableName table, Throwable cause) {
        return leave(
                table,
                ExitCode.UNSAFE_EVENT,
                "rows of " + table + " cannot be decoded: " + cause.getMessage(),
                "look at them with " + showCommand(),
                cause);
    }

    /** The event cannot be decoded. */
    ChangeoverException unreadable(Throwable cause, String what) {
        return stop(
                ExitCode.UNSAFE_EVENT,
                what + " cannot be decoded: " + cause.getMessage(),
                "look at it with " + showCommand() + "; if the binlog is damaged: " + CaptureStop.ACKNOWLEDGE,
                cause);
    }

    /** The command that shows the event. */
    String showCommand() {
        return "mysqlbinlog --verify-binlog-checksum --verbose --start-position=" + position + " --stop-position=" + end
                + " " + file;
    }

    @Override
    public String toString() {
        return "source " + source + ", " + (gtid == null ? "" : "GTID " + gtid + ", ") + file + ":" + position;
    }
}
