package io.changeover.capture.backfill;

import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.OwnedGtids;
import io.changeover.transport.mysql.ServerLoad;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which chunks are read, each inside its own read view, on the very server whose binlog is streamed.
 * Confined.
 */
final class ReadView implements AutoCloseable {

    /** What is read inside the view. */
    interface Read<T> {
        T run(Connection connection) throws SQLException, InterruptedException;
    }

    /** @param executed every GTID that the view may have shown */
    record Seen<T>(T result, GtidSet executed) {}

    private static final int WAIT_SECONDS = 10;

    private final MySqlServer server;
    private final UUID streamed;
    private @Nullable Connection open;

    /** @param streamed {@code server_uuid} of the server that the stream reads */
    ReadView(MySqlServer server, UUID streamed) {
        this.server = server;
        this.streamed = streamed;
    }

    /**
     * Waits until everything published is executed here, then opens the view. The other way round the view could be older
     * than rows of the stream that the chunk does not remember.
     */
    <T> Seen<T> read(GtidSet published, Read<T> read) throws SQLException, InterruptedException {
        Connection connection = connection();
        try (Statement statement = connection.createStatement()) {
            await(statement, published);
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            T result = read.run(connection);
            GtidSet executed = OwnedGtids.visible(connection);
            statement.execute("COMMIT");
            return new Seen<>(result, executed);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            close(); // in an unknown state
            throw e;
        }
    }

    /** How busy the server is. */
    ServerLoad load() throws SQLException {
        try {
            return ServerLoad.read(connection());
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        Connection connection = open;
        if (connection == null) {
            connection = server.connect();
            open = connection;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@global.server_uuid")) {
                row.next();
                UUID uuid = UUID.fromString(row.getString(1));
                if (!uuid.equals(streamed)) {
                    throw new ChangeoverException(new Problem(
                            ExitCode.UNREACHABLE,
                            "server " + server.address(),
                            "rows would be read from server " + uuid + ", the stream reads " + streamed,
                            "nothing, if a failover runs: both begin anew; else let the address lead to one server"));
                }
                statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            } catch (SQLException | RuntimeException e) {
                close();
                throw e;
            }
        }
        return connection;
    }

    private void await(Statement statement, GtidSet published) throws SQLException {
        if (published.isEmpty()) {
            return;
        }
        try (ResultSet row = statement.executeQuery(
                "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + published + "', " + WAIT_SECONDS + ")")) {
            row.next();
            if (row.getInt(1) != 0) {
                throw new ChangeoverException(new Problem(
                        ExitCode.UNREACHABLE,
                        "server " + server.address(),
                        "it has not executed what was published from it, within " + WAIT_SECONDS + " s",
                        "nothing, if it catches up; else look at its replication"));
            }
        }
    }

    @Override
    public void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone already
            }
        }
    }
}
