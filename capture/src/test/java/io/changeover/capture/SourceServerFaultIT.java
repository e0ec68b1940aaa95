package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a server of its own: it is killed under load, writes a binlog above 4 GB, loses changes. */
@WithServers
@Tag("fault")
@Timeout(1200)
class SourceServerFaultIT {

    private static final int KILLS = Integer.getInteger("kills", 4);

    private final TestingServers servers;

    SourceServerFaultIT(TestingServers servers) {
        this.servers = servers;
    }

    /** What the server has after its recovery is what was published: no more, no less, nothing twice. */
    @Test
    void serverKilledUnderLoad_isCapturedAsItRecovers() throws Exception {
        try (TestingMySql mysql = new TestingMySql()) {
            String schema = mysql.freshSchema();
            mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, n INT NOT NULL)");
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
                source.start();
                source.awaitRunning();
                for (int kill = 0; kill < KILLS; kill++) {
                    Thread writer = new Thread(() -> writeUntilTheEnd(mysql, schema), "writer-" + kill);
                    writer.start();
                    int before = source.records("t").size();
                    source.awaitEvents("t", before + 300);
                    mysql.server().kill9();
                    writer.join(TimeUnit.MINUTES.toMillis(1));
                    mysql.server().start();
                }
                int last = Integer.parseInt(mysql.value("SELECT COALESCE(MAX(id), 0) + 1 FROM " + schema + ".t"));
                mysql.execute("INSERT INTO " + schema + ".t VALUES (" + last + ", -1)");
                Eventually.eventually(
                        CapturedSource.SOON,
                        () -> "the last row: " + source.capture().status(),
                        () -> source.applied("t").values().stream().anyMatch(row -> "-1".equals(row.get(1))));
                assertThat(published(source)).isEqualTo(rows(mysql, schema));
                List<ChangeEvent> events = source.events("t");
                Set<String> versions = new HashSet<>();
                events.forEach(event -> versions.add(event.version().toString()));
                assertThat(versions).hasSize(events.size());
            }
        }
    }

    private static Map<String, String> published(CapturedSource source) {
        Map<String, String> rows = new TreeMap<>();
        source.applied("t").values().forEach(row -> rows.put(String.valueOf(row.get(0)), String.valueOf(row.get(1))));
        return rows;
    }

    private static Map<String, String> rows(TestingMySql mysql, String schema) {
        Map<String, String> rows = new TreeMap<>();
        mysql.rows("SELECT id, n FROM " + schema + ".t")
                .forEach(row -> rows.put(String.valueOf(row.get(0)), String.valueOf(row.get(1))));
        return rows;
    }

    private static void writeUntilTheEnd(TestingMySql mysql, String schema) {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (true) {
                statement.execute("INSERT INTO t SELECT COALESCE(MAX(id), 0) + 1, 0 FROM t");
                statement.execute("UPDATE t SET n = n + 1 ORDER BY id DESC LIMIT 5");
                connection.commit();
            }
        } catch (SQLException e) {
            // the server is gone
        }
    }

    /** Positions in events have 32 bits; the rows behind them are found by GTID. Blackhole keeps the bulk off the disk. */
    @Test
    void binlogAbove4GiB_isReadOn() throws Exception {
        try (TestingMySql mysql = new TestingMySql(
                EmbeddedMySql.builder().option("max-allowed-packet", "64M").start())) {
            String schema = mysql.freshSchema();
            mysql.execute(
                    "CREATE TABLE " + schema + ".bulk (id INT PRIMARY KEY, body LONGTEXT) ENGINE = BLACKHOLE",
                    "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(9))");
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
                source.start();
                source.awaitRunning();
                String before = mysql.rows("SHOW MASTER STATUS").get(0).get(0);
                try (Connection connection = mysql.connect(schema);
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute("INSERT INTO t VALUES (1, 'first')");
                    for (int i = 0; i < 140; i++) {
                        statement.execute("INSERT INTO bulk VALUES (" + i + ", REPEAT('x', 32 << 20))");
                    }
                    statement.execute("INSERT INTO t VALUES (2, 'far')");
                    connection.commit();
                }
                mysql.execute("UPDATE " + schema + ".t SET name = 'next'");
                assertThat(size(mysql, String.valueOf(before))).isGreaterThan(1L << 32);
                Eventually.eventually(
                        java.time.Duration.ofMinutes(8),
                        () -> "rows behind 4 GiB: " + source.capture().status(),
                        () -> source.records("t").size() >= 4);
                source.restart();
                source.awaitRunning();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (3, 'more')");
                source.awaitEvents("t", 5);
                assertThat(source.texts("t"))
                        .containsExactly(
                                "INSERT [1, first]",
                                "INSERT [2, far]",
                                "UPDATE [1, first] [1, next]",
                                "UPDATE [2, far] [2, next]",
                                "INSERT [3, more]");
            }
        }
    }

    private static long size(TestingMySql mysql, String file) {
        return mysql.rows("SHOW BINARY LOGS").stream()
                .filter(row -> file.equals(row.get(0)))
                .mapToLong(row -> Long.parseLong(String.valueOf(row.get(1))))
                .sum();
    }

    /** A server that could not log a change says so in its binlog: what came before is published, nothing after it. */
    @Test
    void changesThatTheServerLost_stopTheSource() throws Exception {
        try (TestingMySql mysql = new TestingMySql(EmbeddedMySql.builder()
                .option("max-binlog-stmt-cache-size", "4096")
                .option("binlog-stmt-cache-size", "4096")
                .start())) {
            String schema = mysql.freshSchema();
            mysql.execute(
                    "CREATE TABLE " + schema + ".isam (id INT PRIMARY KEY, body TEXT) ENGINE = MyISAM",
                    "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
                source.start();
                source.awaitRunning();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (1)");
                try {
                    mysql.execute(
                            "INSERT INTO " + schema + ".isam VALUES (1, REPEAT('x', 3000)), (2, REPEAT('x', 3000)),"
                                    + " (3, REPEAT('x', 3000))");
                } catch (RuntimeException e) {
                    // the client is told, too; the rows are there nevertheless
                }
                mysql.execute("INSERT INTO " + schema + ".t VALUES (2)");
                Problem problem = source.awaitStop();
                assertThat(problem.code().number()).isEqualTo(14);
                assertThat(problem.place()).contains("binlog.");
                assertThat(problem.cause()).contains("incident");
                assertThat(problem.remedy()).contains("error log");
                assertThat(source.texts("t")).containsExactly("INSERT [1]");
            }
        }
    }
}
