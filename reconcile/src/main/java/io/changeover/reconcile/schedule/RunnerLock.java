package io.changeover.reconcile.schedule;

import io.changeover.transport.mysql.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * At most one worker of a pipeline compares: who has a lock of the server that keeps the history. The lock is a session's, and
 * goes with it, so that nobody has to find out whether its owner is alive. Confined to one thread.
 */
final class RunnerLock implements AutoCloseable {

    /** The server's limit for names of locks. */
    private static final int LONGEST = 64;

    private final MySqlServer server;
    private final String name;
    private @Nullable Connection session;

    RunnerLock(MySqlServer server, String pipeline) {
        this.server = server;
        this.name = name(pipeline);
    }

    /** Names of locks are compared without case, names of pipelines with it. */
    static String name(String pipeline) {
        String name = "changeover.reconcile." + pipeline;
        if (name.length() <= LONGEST && name.equals(name.toLowerCase(Locale.ROOT))) {
            return name;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(pipeline.getBytes(StandardCharsets.UTF_8));
            return "changeover.reconcile." + HexFormat.of().formatHex(hash, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static boolean isFree(Connection connection, String pipeline) throws SQLException {
        return isTrue(connection, "SELECT IS_FREE_LOCK(?)", name(pipeline), 1);
    }

    /** Takes the lock unless another one has it; whether it is ours now. May be asked again and again. */
    boolean hold() throws SQLException {
        try {
            Connection open = session == null ? open() : session;
            return isTrue(open, "SELECT IF(IS_USED_LOCK(?) = CONNECTION_ID(), 1, GET_LOCK(?, 0))", name, 2);
        } catch (SQLException e) {
            release();
            throw e;
        }
    }

    private Connection open() throws SQLException {
        Connection opened = server.connect();
        session = opened;
        try (Statement statement = opened.createStatement()) {
            // nothing is said here while a large table is read
            statement.execute("SET SESSION wait_timeout = 604800");
        }
        return opened;
    }

    private static boolean isTrue(Connection connection, String query, String name, int parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 1; i <= parameters; i++) {
                statement.setString(i, name);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == 1;
            }
        }
    }

    /** Lets it go; {@link #hold} may take it again. */
    void release() {
        Connection open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException gone) {
                // and the lock with it
            }
        }
    }

    @Override
    public void close() {
        release();
    }
}
