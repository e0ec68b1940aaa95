package io.changeover.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code mysqld} on 127.0.0.1 with GTIDs and a row-based binlog, reachable as {@code root}. It dies with this JVM,
 * even when that is killed; a directory that was not given is deleted then or at {@link #close()}. Thread-safe.
 *
 * <p>The first start of a user on a machine unpacks and initialises, which took 3 to 4 s; every later one copies the
 * result. {@code mysqld} itself was ready after 0.6 to 1.7 s on two idle cores.
 */
public final class EmbeddedMySql implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

    /** Unix socket paths end at 103 bytes on macOS and 107 on Linux. */
    private static final int LONGEST_SOCKET = 100;

    private final MySqlInstallation installation;
    private final Path directory;
    private final boolean scratch;
    private final int port;
    private final String password;
    private final Path socket;
    private final Map<String, String> options;
    private @Nullable WatchedProcess process;

    private EmbeddedMySql(Builder builder) {
        installation = MySqlInstallation.of(builder.distribution);
        scratch = builder.directory == null;
        directory = builder.directory == null
                ? Directories.newScratch("mysql")
                : builder.directory.toAbsolutePath().normalize();
        port = builder.port == 0 ? FreePort.choose() : builder.port;
        password = builder.password;
        Path near = directory.resolve("mysqld.sock");
        socket = near.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET
                ? near
                : Path.of("/tmp", "changeover-" + port + ".sock");
        options = MySqlOptions.defaults(builder.distribution, port);
        if (builder.primary != null) {
            options.putAll(MySqlOptions.replica(builder.distribution));
        }
        options.putAll(builder.options);
    }

    /** A standalone server, or a primary. */
    public static Builder builder() {
        return new Builder(null);
    }

    /**
     * A replica of {@code primary} by GTID auto-position, in commit order, writing its own binlog, super_read_only. The
     * primary must still have its whole binlog.
     */
    public static Builder replicaOf(EmbeddedMySql primary) {
        return new Builder(primary).distribution(primary.installation.distribution());
    }

    /** Starts a standalone server in a directory of its own. */
    public static EmbeddedMySql create() {
        return builder().start();
    }

    /** What a server is started with; confined to one thread. */
    public static final class Builder {

        private final @Nullable EmbeddedMySql primary;
        private final Map<String, String> options = new LinkedHashMap<>();
        private MySqlDistribution distribution = MySqlDistribution.MYSQL_8_0;
        private @Nullable Path directory;
        private int port;
        private String password = "";

        private Builder(@Nullable EmbeddedMySql primary) {
            this.primary = primary;
        }

        public Builder distribution(MySqlDistribution value) {
            distribution = value;
            return this;
        }

        /** Where data and logs stay; used again as they are when there are any. Default: a folder that goes with the server. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** Default: a free port. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** The password of {@code root@127.0.0.1}; for an existing directory the one it was made with. Default: empty. */
        public Builder password(String value) {
            password = value;
            return this;
        }

        /** An option of {@code mysqld}, such as {@code sync-binlog} = {@code 1}; replaces ours of the same name. */
        public Builder option(String name, String value) {
            options.put(name.replace('_', '-'), value);
            return this;
        }

        /** Starts the server and returns when it answers; a replica also replicates. */
        public EmbeddedMySql start() {
            EmbeddedMySql server = new EmbeddedMySql(this);
            try {
                boolean fresh = server.prepare();
                server.start();
                if (primary != null && fresh) {
                    server.execute(MySqlOptions.replicate(distribution, primary.port, primary.password));
                }
                return server;
            } catch (RuntimeException e) {
                try {
                    server.close();
                } catch (RuntimeException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }
    }

    /** Makes the data directory unless it is there; true when it is new. */
    private boolean prepare() {
        if (Files.isDirectory(dataDirectory())) {
            return false;
        }
        try {
            // Copied beside and renamed: a half copied data directory is never taken for a whole one.
            Path copy = directory.resolve("data.copy");
            Directories.delete(copy);
            Directories.copy(installation.template(), copy);
            Files.move(copy, dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException("no data directory: " + dataDirectory(), e);
        }
        if (!password.isEmpty()) {
            start("");
            // a replica starts read-only, and will again
            executeAs(
                    "",
                    "SET GLOBAL super_read_only = OFF",
                    "SET SESSION sql_log_bin = 0",
                    "ALTER USER CURRENT_USER() IDENTIFIED BY " + quote(password));
            stop();
        }
        return true;
    }

    /** Starts the server again after {@link #stop()} or {@link #kill9()}, on the same port; nothing happens when it runs. */
    public void start() {
        start(password);
    }

    private synchronized void start(String currentPassword) {
        if (process != null && process.isAlive()) {
            return;
        }
        List<String> command = MySqlInstallation.command(installation.base(), dataDirectory());
        command.addAll(List.of(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + socket,
                "--pid-file=" + directory.resolve("mysqld.pid"),
                "--log-error=" + errorLog()));
        options.forEach((name, value) -> command.add("--" + name + "=" + value));
        WatchedProcess started =
                WatchedProcess.start(command, installation.environment(), directory, directory.resolve("mysqld.out"));
        process = started;
        awaitReady(started, currentPassword);
    }

    private void awaitReady(WatchedProcess started, String currentPassword) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers(currentPassword)) {
            if (!started.isAlive()) {
                throw new EmbeddedServerException("mysqld on port " + port + " did not start\n"
                        + MySqlInstallation.tail(
                                Files.exists(errorLog()) ? errorLog() : directory.resolve("mysqld.out")));
            }
            if (System.nanoTime() > deadline) {
                throw new EmbeddedServerException("mysqld on port " + port + " not ready after " + START_LIMIT + "\n"
                        + MySqlInstallation.tail(errorLog()));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EmbeddedServerException("interrupted while mysqld starts", e);
            }
        }
    }

    private boolean answers(String currentPassword) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            if (!probe.isConnected()) {
                return false;
            }
        } catch (IOException notYet) {
            return false;
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl(""), user(), currentPassword)) {
            // Another server that sits on our port makes ours exit; until then it could answer in its place.
            return socket.toString()
                    .equals(rows(connection, "SELECT @@socket").get(0).get(0));
        } catch (SQLException e) {
            if ("28000".equals(e.getSQLState())) {
                throw new EmbeddedServerException("root cannot log in on port " + port + ": another password?", e);
            }
            return false;
        }
    }

    /** Ends the server in good order; its data stays. */
    public synchronized void stop() {
        if (process != null) {
            process.terminate(STOP_LIMIT);
            process = null;
        }
    }

    /** Kills the server like a crash; its data stays for {@link #start()}. */
    public synchronized void kill9() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Ends the server; the directory goes too, unless it was given. May run twice. */
    @Override
    public synchronized void close() {
        if (!scratch) {
            stop();
            return;
        }
        kill9();
        Directories.delete(directory);
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(Path.of(socket + ".lock"));
        } catch (IOException e) {
            throw new UncheckedIOException("not deleted: " + socket, e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    public String user() {
        return "root";
    }

    public String password() {
        return password;
    }

    /** The process id of {@code mysqld} itself. */
    public synchronized long pid() {
        if (process == null) {
            throw new EmbeddedServerException("mysqld on port " + port + " does not run");
        }
        return process.pid();
    }

    public Path dataDirectory() {
        return directory.resolve("data");
    }

    public Path errorLog() {
        return directory.resolve("error.log");
    }

    /** For {@link #user()} and {@link #password()}; {@code schema} may be empty. */
    public String jdbcUrl(String schema) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + schema
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true";
    }

    public Connection connect() throws SQLException {
        return connect("");
    }

    public Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(schema), user(), password);
    }

    /** Runs statements on one new connection. */
    public void execute(String... statements) {
        executeAs(password, statements);
    }

    private void executeAs(String currentPassword, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(""), user(), currentPassword);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerException("mysqld on port " + port + ": " + e.getMessage(), e);
        }
    }

    /** All rows of a query as text. */
    public List<List<@Nullable String>> rows(String query) {
        try (Connection connection = connect()) {
            return rows(connection, query);
        } catch (SQLException e) {
            throw new EmbeddedServerException("mysqld on port " + port + ": " + query + ": " + e.getMessage(), e);
        }
    }

    private static List<List<@Nullable String>> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The first column of the first row as text; the empty text for NULL and for no row. */
    public String value(String query) {
        List<List<@Nullable String>> rows = rows(query);
        String value = rows.isEmpty() ? null : rows.get(0).get(0);
        return value == null ? "" : value;
    }

    public String serverUuid() {
        return value("SELECT @@server_uuid");
    }

    /** The GTID set in one line. */
    public String gtidExecuted() {
        return value("SELECT @@global.gtid_executed").replace("\n", "");
    }

    /** Returns when this server has executed all of {@code gtids}; an error tells what replication says. */
    public void awaitExecuted(String gtids, Duration limit) {
        long seconds = Math.max(1, limit.toSeconds());
        if (!"0".equals(value("SELECT WAIT_FOR_EXECUTED_GTID_SET(" + quote(gtids) + ", " + seconds + ")"))) {
            throw new EmbeddedServerException("mysqld on port " + port + " has not executed " + gtids + " after "
                    + limit
                    + "; it has " + gtidExecuted() + "; replication says: "
                    + rows("SELECT last_error_message FROM performance_schema.replication_connection_status")
                    + rows("SELECT last_error_message FROM performance_schema.replication_applier_status_by_worker"));
        }
    }

    /** Makes a replica writable and ends its replication, as a failover does. */
    public void promote() {
        MySqlDistribution distribution = installation.distribution();
        execute(MySqlOptions.promote(distribution));
        MySqlOptions.replica(distribution).keySet().forEach(options::remove);
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    @Override
    public String toString() {
        return "MySQL " + installation.distribution().version() + " on port " + port;
    }
}
