package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.network.ServerException;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a server does not send its binlog, or does not go on sending it: it has one error number for most of its reasons. */
record BinlogRefusal(String place, long serverId) {

    /** {@code ER_SOURCE_FATAL_ERROR_READING_BINLOG}; what it is about stands in its text only. */
    private static final int READING_BINLOG = 1236;

    /** The failure itself, where the server did not say it. */
    Throwable explained(Throwable failure) {
        ServerException said = null;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                said = server;
            }
        }
        return said == null ? failure : new ChangeoverException(problem(said), failure);
    }

    private Problem problem(ServerException said) {
        String text = "MySQL error " + said.getErrorCode() + ": " + said.getMessage();
        if (said.getErrorCode() == READING_BINLOG) {
            return ofReading(text.toLowerCase(Locale.ROOT), text);
        }
        Problem known = SqlFailure.of(new SQLException(said.getMessage(), said.getSqlState(), said.getErrorCode()))
                .problem(place);
        return known.code() == ExitCode.DENIED ? known : wait(text, "look at the server's error log");
    }

    private Problem ofReading(String reason, String text) {
        if (reason.contains("same server_uuid/server_id")) {
            return wait(
                    "another reader of this binlog has the same server_id, " + serverId + " (" + text + ")",
                    "the next run takes another id; if this comes again and again, something reads in its own name what SHOW"
                            + " PROCESSLIST shows as `Binlog Dump GTID`");
        }
        // a log that ends in the midst of an event may just be written
        if (reason.contains("bogus data") || reason.contains("corrupt")) {
            return new Problem(
                    ExitCode.UNSAFE_EVENT,
                    place,
                    "the server cannot read its own binlog: " + text,
                    "look at the file that it names with mysqlbinlog --verify-binlog-checksum; capture from a replica that has the"
                            + " transactions; if there is none, " + BinlogTranslator.REREAD);
        }
        return wait(text, "look at SHOW BINARY LOGS and at the server's error log");
    }

    private Problem wait(String cause, String remedy) {
        return new Problem(ExitCode.UNREACHABLE, place, cause, remedy);
    }
}
