package io.changeover.capture.preflight;

import io.changeover.capture.source.ServerVariables;
import io.changeover.capture.source.SourceCheck;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether what a capture has still to read is there, and will be: its backlog against how long the server keeps binlogs.
 *
 * @param problems what is missing already
 * @param warnings what will be
 */
public record SourceBacklog(List<Problem> problems, List<Problem> warnings) {

    /** Of what is kept: with this much of it behind, somebody has to look. */
    private static final double TOLERATED = 0.5;

    /** @param position where the capture goes on */
    public static SourceBacklog of(SourceDefinition source, SourcePosition position, Instant now) {
        MySqlServer server = MySqlServer.of(source.server(), "check " + source.name());
        String place = "source " + source.name() + " at " + server.address();
        try (Connection connection = server.connect()) {
            GtidState state = SourceCheck.requireHistory(connection, source.name(), position);
            return new SourceBacklog(List.of(), ahead(place, state, ServerVariables.read(connection), position, now));
        } catch (SQLException e) {
            return new SourceBacklog(List.of(SqlFailure.of(e).problem(place)), List.of());
        } catch (ChangeoverException e) {
            return new SourceBacklog(e.problems(), List.of());
        }
    }

    private static List<Problem> ahead(
            String place, GtidState state, ServerVariables variables, SourcePosition position, Instant now) {
        long missing = state.executed().minus(position.completed()).size();
        Duration kept = variables.binlogRetention();
        if (missing == 0 || kept == null || position.commitMicros() == 0) {
            return List.of();
        }
        Duration behind = Duration.between(Instant.ofEpochMilli(position.commitMicros() / 1000), now);
        if (behind.toMillis() < kept.toMillis() * TOLERATED) {
            return List.of();
        }
        return List.of(new Problem(
                ExitCode.PREFLIGHT,
                place,
                "capture is " + missing + " transactions and " + behind.toMinutes()
                        + " min behind, and binlogs are kept for " + kept.toMinutes()
                        + " min: what is purged before it is read leaves a gap",
                "SET PERSIST binlog_expire_logs_seconds = " + Math.max(259_200, 4 * behind.toSeconds())
                        + "; then start the capture, or find out what holds it up"));
    }
}
