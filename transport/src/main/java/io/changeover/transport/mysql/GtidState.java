package io.changeover.transport.mysql;

import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * What a server says of its transactions, at one moment.
 *
 * @param server {@code server_uuid}
 * @param executed {@code gtid_executed}; inside a read view it may be ahead of what the view shows
 * @param purged {@code gtid_purged}: executed, and no longer in the server's binlogs
 */
public record GtidState(UUID server, GtidSet executed, GtidSet purged) {

    /** @throws ChangeoverException (15) when the server has tagged GTIDs, which have no order among the others */
    public static GtidState read(Connection connection) throws SQLException {
        // one statement: purged must not be newer than executed
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT @@global.server_uuid, @@global.gtid_executed, @@global.gtid_purged")) {
            row.next();
            UUID server = UUID.fromString(row.getString(1));
            return new GtidState(server, plain(server, row.getString(2)), plain(server, row.getString(3)));
        }
    }

    private static GtidSet plain(UUID server, String text) {
        try {
            return GtidSet.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.UNSAFE_EVENT,
                            "server " + server,
                            "its GTIDs cannot be ordered: " + e.getMessage(),
                            "use a server without tagged GTIDs (gtid_next = 'AUTOMATIC:<tag>' was set by a client)"),
                    e);
        }
    }
}
