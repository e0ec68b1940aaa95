package io.changeover.capture.source;

import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.OwnedGtids;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Before every run of the engine: is this still the history that we publish, and is the rest of it still there? */
public final class SourceCheck {

    private static final int SYNTAX_ERROR = 1064;

    private SourceCheck() {}

    /**
     * @return the server and its GTIDs
     * @throws ChangeoverException (11, 14) with everything that is wrong
     */
    public static GtidState require(Connection connection, String source, SourcePosition position) throws SQLException {
        List<Problem> settings =
                ServerSettings.problems("source " + source, ServerVariables.read(connection), isReplica(connection));
        if (!settings.isEmpty()) {
            throw new ChangeoverException(settings);
        }
        return requireHistory(connection, source, position);
    }

    /**
     * Its history alone.
     *
     * @return the server and its GTIDs
     * @throws ChangeoverException (14) when the server is not, or no more, what is needed
     */
    public static GtidState requireHistory(Connection connection, String source, SourcePosition position)
            throws SQLException {
        // first: what is published may be about to be committed, for as long as semi-synchronous replicas take
        List<Gtid> committing = OwnedGtids.read(connection);
        GtidState state = GtidState.read(connection);
        requireHistory(state, committing, source, position);
        return state;
    }

    static void requireHistory(GtidState state, List<Gtid> committing, String source, SourcePosition position) {
        GtidSet published = position.completed();
        SourcePosition.Running running = position.running();
        GtidSet ours = running == null ? published : published.plus(running.gtid());
        GtidSet known = state.executed();
        for (Gtid gtid : committing) {
            known = known.plus(gtid);
        }
        GtidSet unknown = ours.minus(known);
        if (!unknown.isEmpty()) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "source " + source + ", server " + state.server(),
                    "the source went back " + unknown.size() + " transactions: " + unknown
                            + " were published and are not on the server (a failover to a replica that was behind, a restored"
                            + " backup, or RESET)",
                    "point capture at a server that has them; if there is none: " + CaptureStop.ACKNOWLEDGE));
        }
        GtidSet missing = state.purged().minus(published);
        if (!missing.isEmpty()) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "source " + source + ", server " + state.server(),
                    "transactions " + missing + " are needed and no longer in the server's binlogs",
                    "point capture at a server that still has them, or restore the binlogs; if that cannot be: "
                            + CaptureStop.ACKNOWLEDGE + ". Then raise binlog_expire_logs_seconds"));
        }
    }

    /** Whether the server follows another one, by the statement that needs REPLICATION CLIENT only. */
    public static boolean isReplica(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SHOW REPLICA STATUS")) {
                return rows.next();
            } catch (SQLException e) {
                if (e.getErrorCode() != SYNTAX_ERROR) {
                    throw e;
                }
            }
            try (ResultSet rows = statement.executeQuery("SHOW SLAVE STATUS")) {
                return rows.next();
            }
        }
    }
}
