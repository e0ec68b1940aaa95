package io.changeover.transport.mysql;

import io.changeover.transport.position.GtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How busy a server is.
 *
 * @param threadsRunning statements that run at this moment, the one that asks among them
 * @param executed what it has committed
 * @param replicaLag how far it is behind its own source; null when it follows none, or does not know
 */
public record ServerLoad(
        int threadsRunning, GtidSet executed, @Nullable Duration replicaLag) {

    private static final int SYNTAX_ERROR = 1064;

    public static ServerLoad read(Connection connection) throws SQLException {
        return new ServerLoad(
                threadsRunning(connection), GtidState.read(connection).executed(), replicaLag(connection));
    }

    /** Statements that run at this moment, the one that asks among them; needs no privilege. */
    public static int threadsRunning(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Threads_running'")) {
            row.next();
            return row.getInt(2);
        }
    }

    /** How far it is behind its own source; null when it follows none, or does not know. Needs REPLICATION CLIENT. */
    public static @Nullable Duration replicaLag(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return replicaLag(statement);
        }
    }

    private static @Nullable Duration replicaLag(Statement statement) throws SQLException {
        try (ResultSet channels = statement.executeQuery("SHOW REPLICA STATUS")) {
            return longest(channels, "Seconds_Behind_Source");
        } catch (SQLException e) {
            if (e.getErrorCode() != SYNTAX_ERROR) {
                throw e;
            }
        }
        try (ResultSet channels = statement.executeQuery("SHOW SLAVE STATUS")) { // before 8.0.22
            return longest(channels, "Seconds_Behind_Master");
        }
    }

    private static @Nullable Duration longest(ResultSet channels, String column) throws SQLException {
        Duration longest = null;
        while (channels.next()) {
            Duration lag = Duration.ofSeconds(channels.getLong(column));
            if (!channels.wasNull() && (longest == null || lag.compareTo(longest) > 0)) {
                longest = lag;
            }
        }
        return longest;
    }
}
