package io.changeover.transport.testing;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A mysqld that many test classes share, each in schemas of its own. Thread-safe. */
public final class TestingMySql implements AutoCloseable {

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final EmbeddedMySql server;

    public TestingMySql() {
        this(EmbeddedMySql.create());
    }

    /** Takes over a server that was started with other options. */
    public TestingMySql(EmbeddedMySql server) {
        this.server = server;
    }

    /** Creates a schema whose name no other test of this JVM uses, on whatever server. */
    public String freshSchema() {
        String schema = "test_" + SCHEMAS.incrementAndGet();
        execute("CREATE DATABASE " + schema);
        return schema;
    }

    /** The server itself; a test that stops a shared one starts it again. */
    public EmbeddedMySql server() {
        return server;
    }

    public String host() {
        return server.host();
    }

    public int port() {
        return server.port();
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    public String jdbcUrl(String schema) {
        return server.jdbcUrl(schema);
    }

    public Connection connect(String schema) throws SQLException {
        return server.connect(schema);
    }

    public void execute(String... statements) {
        server.execute(statements);
    }

    public List<List<@Nullable String>> rows(String query) {
        return server.rows(query);
    }

    public String value(String query) {
        return server.value(query);
    }

    public String gtidExecuted() {
        return server.gtidExecuted();
    }

    public void awaitExecuted(String gtids, Duration limit) {
        server.awaitExecuted(gtids, limit);
    }

    /** Connections of clients, one text each; replicas and binlog readers are left out: they show after they are gone. */
    List<String> clients() {
        return rows("SELECT CONCAT('connection ', id, ' to ', COALESCE(db, 'no schema'), ': ', COALESCE(info, command))"
                        + " FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                        + " AND user NOT IN ('system user', 'event_scheduler') AND command NOT LIKE 'Binlog Dump%'")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
