package io.changeover.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How fast equal tables are compared, beside reading both sides and dropping what comes, and beside checksums that the servers
 * make of chunks. In turn and on the same rows; the first round, in which the JVM compiles, does not count. Settings are
 * {@code -Dbenchmark.rows}, {@code .rounds}, {@code .chunk} (rows) and {@code .only} (a part of a name). Nothing is asserted about a speed.
 */
@Tag("benchmark")
@Timeout(3600)
class CompareBenchmarkIT {

    private static final int ROWS = Integer.getInteger("benchmark.rows", 500_000);
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);
    private static final int CHUNK = Integer.getInteger("benchmark.chunk", FullCompare.CHUNK_ROWS);
    private static final String ONLY = System.getProperty("benchmark.only", "");
    private static final int CHECKSUM_ROWS = 10_000;
    private static final int SHARDS = 16;

    private static final String OLD_ROW = "id, user_id, ROUND(amount * 100), status, note, city, created_at";
    private static final String NEW_ROW = "order_id, buyer_id, amount_cents, status, note, city, created_at";

    private static EmbeddedMySql old;
    private static EmbeddedMySql next;

    @BeforeAll
    static void fill() {
        old = server();
        next = server();
        old.execute(
                "CREATE DATABASE old",
                "CREATE TABLE old.orders (id BIGINT PRIMARY KEY, user_id INT, amount DECIMAL(12,2), status TINYINT,"
                        + " note VARCHAR(200), city VARCHAR(40), created_at DATETIME(3), KEY (user_id), KEY (created_at))",
                "INSERT INTO old.orders SELECT n, n % 9973, n / 100, n % 5, " + note() + " FROM " + numbers());
        next.execute("CREATE DATABASE new");
        create("orders", "TRUE");
        for (int shard = 0; shard < SHARDS; shard++) {
            create("orders_" + shard, "n % " + SHARDS + " = " + shard);
        }
    }

    private static EmbeddedMySql server() {
        return EmbeddedMySql.builder()
                .option("cte-max-recursion-depth", "100000000")
                .option("innodb-buffer-pool-size", "768M")
                .option("innodb-redo-log-capacity", "512M")
                .start();
    }

    private static void create(String table, String rows) {
        next.execute(
                "CREATE TABLE new." + table
                        + " (order_id BIGINT PRIMARY KEY, buyer_id INT, amount_cents BIGINT, status TINYINT,"
                        + " note VARCHAR(200), city VARCHAR(40), created_at DATETIME(3), KEY (buyer_id), KEY (created_at))",
                "INSERT INTO new." + table + " SELECT n, n % 9973, n, n % 5, " + note() + " FROM " + numbers()
                        + " WHERE " + rows);
    }

    private static String numbers() {
        return "(WITH RECURSIVE c AS (SELECT 1 n UNION ALL SELECT n + 1 FROM c WHERE n < " + ROWS
                + ") SELECT n FROM c) r";
    }

    private static String note() {
        return "CONCAT(MD5(n), MD5(n + 1), MD5(n + 2), MD5(n + 3), 'and so on'), CONCAT('city ', n % 500),"
                + " '2024-01-01' + INTERVAL n SECOND";
    }

    @AfterAll
    static void stop() {
        old.close();
        next.close();
    }

    private static final CompareServers SERVERS = new CompareServers() {
        @Override
        public Connection source(String name) throws SQLException {
            return connect(old);
        }

        @Override
        public Connection target(String name) throws SQLException {
            return connect(next);
        }
    };

    /** As the product does. */
    private static Connection connect(EmbeddedMySql server) throws SQLException {
        ServerAccess access = new ServerAccess(
                server.host(), server.port(), server.user(), Secret.of(server.password()), TlsMode.DISABLED, null);
        return MySqlServer.of(access, "benchmark").connect();
    }

    private interface Way {
        void run() throws Exception;
    }

    @Test
    void comparison_besideWhatLimitsIt() throws Exception {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("comparison by ranges", () -> compare(table(null), true));
        ways.put("comparison by ranges, 16 shards", () -> compare(table(shards()), true));
        ways.put("comparison by looking up", () -> compare(table(null), false));
        ways.put(
                "both sides streamed, dropped",
                () -> both(() -> stream(old, OLD_ROW, "old"), () -> stream(next, NEW_ROW, "new")));
        ways.put("CRC32 of chunks on the servers", () -> checksums("CRC32(%s)"));
        ways.put("MD5 of chunks on the servers", () -> checksums("CONV(LEFT(MD5(%s), 16), 16, 10)"));
        if (isInstalled("pt-table-sync")) {
            ways.put("pt-table-sync, of two tables that are alike", CompareBenchmarkIT::tableSync);
        } else {
            System.out.println("pt-table-sync is not installed (Debian/Ubuntu: percona-toolkit), and left out");
        }
        ways.keySet().removeIf(name -> !name.contains(ONLY));
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (int round = 0; round <= ROUNDS; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                Run run = Run.of(way.getValue());
                if (round > 0) {
                    runs.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                            .add(run);
                }
            }
        }
        print(runs);
    }

    private static void print(Map<String, List<Run>> runs) {
        System.out.printf("%d rows on each side, %d rounds, load %.1f%n", ROWS, ROUNDS, load());
        System.out.println(
                "| | rows/s | slowest, fastest | CPU s per million rows: here, old server, new server | bytes received a row |");
        System.out.println("|---|---|---|---|---|");
        runs.forEach((name, all) -> {
            List<Run> sorted = all.stream()
                    .sorted((one, other) -> Double.compare(one.rate(), other.rate()))
                    .toList();
            Run median = sorted.get(sorted.size() / 2);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f-%,.0f | %.1f, %.1f, %.1f | %.1f |%n",
                    name,
                    median.rate(),
                    sorted.get(0).rate(),
                    sorted.get(sorted.size() - 1).rate(),
                    median.cpu.get(0).toMillis() * 1e3 / ROWS,
                    median.cpu.get(1).toMillis() * 1e3 / ROWS,
                    median.cpu.get(2).toMillis() * 1e3 / ROWS,
                    median.bytes / (double) ROWS);
        });
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** @param cpu of this JVM and of both servers */
    private record Run(long nanos, List<Duration> cpu, long bytes) {

        static Run of(Way way) throws Exception {
            List<Duration> before = used();
            long sent = sent();
            long began = System.nanoTime();
            way.run();
            long nanos = System.nanoTime() - began;
            List<Duration> after = used();
            List<Duration> cpu = new ArrayList<>();
            for (int i = 0; i < after.size(); i++) {
                cpu.add(after.get(i).minus(before.get(i)));
            }
            return new Run(nanos, cpu, sent() - sent);
        }

        double rate() {
            return ROWS / (nanos / 1e9);
        }

        private static List<Duration> used() {
            return List.of(used(ProcessHandle.current().pid()), used(old.pid()), used(next.pid()));
        }

        private static Duration used(long pid) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElse(Duration.ZERO);
        }

        private static long sent() {
            String sql =
                    "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Bytes_sent'";
            return Long.parseLong(old.value(sql)) + Long.parseLong(next.value(sql));
        }
    }

    private static void compare(TableDefinition table, boolean ranges) throws SQLException {
        List<TableComparison> results =
                new FullCompare(SERVERS, CompareProgress.SILENT, CHUNK, ranges).compareTables(List.of(table));
        assertThat(results).allMatch(TableComparison::equal);
        assertThat(results.stream().mapToLong(TableComparison::sourceRows).sum())
                .isEqualTo(ROWS);
        assertThat(results.stream().mapToLong(TableComparison::targetRows).sum())
                .isEqualTo(ROWS);
    }

    private static ShardSettings shards() {
        return new ShardSettings(MappingExpression.parse("MOD(id, 16)"), SHARDS, "orders_{shard}", List.of("shop"));
    }

    private static TableDefinition table(@Nullable ShardSettings shards) {
        Map<String, MappingExpression> columns = new LinkedHashMap<>();
        columns.put("buyer_id", MappingExpression.parse("user_id"));
        columns.put("amount_cents", MappingExpression.parse("ROUND(amount * 100)"));
        List.of("status", "note", "city", "created_at")
                .forEach(name -> columns.put(name, MappingExpression.column(name)));
        return new TableDefinition(
                "legacy",
                new TableName("old", "orders"),
                "shop",
                new TableName("new", "orders"),
                Map.of("order_id", MappingExpression.parse("id")),
                columns,
                null,
                shards,
                OnError.PARK,
                null,
                List.of());
    }

    /** The same work on both servers at once; their results must be the same. */
    private static void both(Callable<?> one, Callable<?> other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> first = threads.submit(one);
            Future<?> second = threads.submit(other);
            assertThat(first.get()).isEqualTo(second.get());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Long stream(EmbeddedMySql server, String row, String schema) throws SQLException {
        long bytes = 0;
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE); // Connector/J's word for streaming
            try (ResultSet rows = statement.executeQuery("SELECT " + row + " FROM " + schema + ".orders")) {
                while (rows.next()) {
                    for (int i = 1; i <= 7; i++) {
                        bytes += rows.getBytes(i).length;
                    }
                }
            }
        }
        return bytes;
    }

    private static boolean isInstalled(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** It knows no mapping: it gets a copy of the old table on the new server. Prints the statements that would mend. */
    private static void tableSync() throws Exception {
        if (next.value("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'old'")
                .equals("0")) {
            next.execute(
                    "CREATE DATABASE old",
                    "CREATE TABLE old.orders (id BIGINT PRIMARY KEY, user_id INT, amount DECIMAL(12,2), status TINYINT,"
                            + " note VARCHAR(200), city VARCHAR(40), created_at DATETIME(3), KEY (user_id), KEY (created_at))",
                    "INSERT INTO old.orders SELECT n, n % 9973, n / 100, n % 5, " + note() + " FROM " + numbers());
            for (EmbeddedMySql server : List.of(old, next)) {
                // its driver knows no other way to log in without TLS
                server.execute(
                        "CREATE USER sync IDENTIFIED WITH mysql_native_password BY ''", "GRANT ALL ON *.* TO sync");
            }
        }
        Process process = new ProcessBuilder(
                        "pt-table-sync",
                        "--print",
                        "--nocheck-slave",
                        "--lock=0",
                        "h=127.0.0.1,P=" + old.port() + ",u=sync,D=old,t=orders",
                        "h=127.0.0.1,P=" + next.port() + ",u=sync")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }

    private static void checksums(String hash) throws Exception {
        both(() -> checksum(old, "id", OLD_ROW, "old", hash), () -> checksum(next, "order_id", NEW_ROW, "new", hash));
    }

    private static List<String> checksum(EmbeddedMySql server, String key, String row, String schema, String hash)
            throws SQLException {
        List<String> sums = new ArrayList<>();
        String sum = String.format(Locale.ROOT, hash, "CONCAT_WS('#', " + row + ")");
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            for (int from = 0; from < ROWS; from += CHECKSUM_ROWS) {
                try (ResultSet found = statement.executeQuery("SELECT COUNT(*), BIT_XOR(" + sum + ") FROM " + schema
                        + ".orders WHERE " + key + " > " + from + " AND " + key + " <= " + (from + CHECKSUM_ROWS))) {
                    found.next();
                    sums.add(found.getString(1) + " " + found.getString(2));
                }
            }
        }
        return sums;
    }
}
