package io.changeover.apply.target;

import io.changeover.transport.mysql.MySqlServer;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection for writing to a target, with its prepared statements. Confined to one thread. */
public final class TargetSession implements AutoCloseable {

    private static final int MAX_STATEMENTS = 100;

    private final Connection connection;
    private final long maxPacket;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    private TargetSession(Connection connection, long maxPacket) {
        this.connection = connection;
        this.maxPacket = maxPacket;
    }

    public static TargetSession open(MySqlServer server) throws SQLException {
        Connection connection = server.connect();
        try (Statement statement = connection.createStatement()) {
            // NO_AUTO_VALUE_ON_ZERO: a 0 of the old table is a 0, not the next number
            statement.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO'),"
                    // tables are applied side by side: a child may come before its parent, and the source has checked
                    + " foreign_key_checks = 0,"
                    // with gap locks, batches of different partitions would deadlock all the time
                    + " transaction_isolation = 'READ-COMMITTED', innodb_lock_wait_timeout = 20,"
                    // what names its rows one by one must never become a scan
                    + " range_optimizer_max_mem_size = 16777216, autocommit = 0");
            connection.setAutoCommit(false);
            // statements over several tables want a current schema even where every name has its own
            statement.execute("USE `" + MetadataSchema.SCHEMA + "`");
            try (ResultSet row = statement.executeQuery("SELECT @@max_allowed_packet")) {
                row.next();
                return new TargetSession(connection, row.getLong(1));
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    long maxPacket() {
        return maxPacket;
    }

    /** A statement that is kept; parsing one of a thousand rows costs as much as binding it. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement made = connection.prepareStatement(sql);
        statements.put(sql, made);
        if (statements.size() > MAX_STATEMENTS) {
            var eldest = statements.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
        return made;
    }

    void execute(String sql) throws SQLException {
        prepare(sql).execute();
    }

    static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else if (value instanceof BigInteger number) {
            statement.setObject(index, number);
        } else if (value == null) {
            statement.setNull(index, java.sql.Types.NULL);
        } else {
            throw new IllegalArgumentException("value of " + value.getClass());
        }
    }

    void rollbackQuietly() {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            // the connection is lost, and with it the transaction
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException gone) {
            // closed already
        }
    }
}
