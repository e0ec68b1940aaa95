package io.changeover.capture.engine;

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

    /** The command that shows the event. */
    String showCommand() {
        return "mysqlbinlog --verbose --start-position=" + position + " --stop-position=" + end + " " + file;
    }

    @Override
    public String toString() {
        return "source " + source + ", " + (gtid == null ? "" : "GTID " + gtid + ", ") + file + ":" + position;
    }
}
