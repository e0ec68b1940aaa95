package io.changeover.reconcile;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;

/** The connections of one comparison, closed together. */
final class Connections implements AutoCloseable {

    private final CompareServers servers;
    private final Deque<Connection> open = new ArrayDeque<>();

    Connections(CompareServers servers) {
        this.servers = servers;
    }

    Connection source(String name) throws SQLException {
        return prepared(servers.source(name));
    }

    Connection target(String name) throws SQLException {
        return prepared(servers.target(name));
    }

    /**
     * Texts of any character set arrive in one: the driver asks for each column's own, and decodes later. And a 31st of February,
     * which a key can hold, can be asked for.
     */
    private Connection prepared(Connection connection) throws SQLException {
        open.push(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION character_set_results = 'utf8mb4',"
                    + " sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES')");
        }
        connection.setReadOnly(true);
        return connection;
    }

    @Override
    public void close() throws SQLException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
