package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalSender;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What breaks the source's promises stops with its code, a table where it can be one, and nothing of it is published. */
@WithServers
@Timeout(240)
class UnsafeEventsIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private String schema = "";

    UnsafeEventsIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void makeTables() {
        schema = mysql.freshSchema();
        mysql.execute(
                "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(50), j JSON)",
                "CREATE TABLE " + schema + ".other (id INT PRIMARY KEY)");
    }

    @Test
    void rowsThatAStatementChanges_stopTheSource() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run(
                    "INSERT INTO t (id) VALUES (1); SET SESSION binlog_format = 'STATEMENT'; INSERT INTO t (id) VALUES (2)");
            List<Problem> problems = awaitStop(source);
            assertThat(problems).extracting(Problem::code).containsExactly(ExitCode.UNSAFE_EVENT);
            assertThat(problems.get(0).place()).contains("GTID").contains("binlog.");
            assertThat(source.texts("t")).hasSize(1);
        }
    }

    private static final Map<String, Integer> LEFT = Map.ofEntries(
            Map.entry("xa", 15),
            Map.entry("xa_one_phase", 15),
            Map.entry("short_image", 15),
            Map.entry("partial_json", 15),
            Map.entry("truncated", 17),
            Map.entry("dropped", 17),
            Map.entry("dropped_too", 17),
            Map.entry("renamed", 17),
            Map.entry("rotated", 17),
            Map.entry("altered_away", 17),
            Map.entry("other_key", 17));

    /** Each table has a row, then what cannot be followed, then another row; one table has nothing wrong. */
    @Test
    void whatCannotBeFollowed_endsTheCaptureOfItsTableOnly() throws Exception {
        String json = "'{\"a\": 1, \"b\": \"" + "x".repeat(200) + "\"}'";
        for (String table : LEFT.keySet()) {
            run("CREATE TABLE " + table + " LIKE t");
        }
        List<String> tables = new ArrayList<>(LEFT.keySet());
        tables.add("t");
        try (CapturedSource source = source(tables.toArray(String[]::new))) {
            source.start();
            source.awaitRunning();
            for (String table : tables) {
                run("INSERT INTO " + table + " VALUES (1, 'one', " + json + ")");
            }
            run("XA START 'x'; INSERT INTO xa (id) VALUES (2); XA END 'x'; XA PREPARE 'x'; XA ROLLBACK 'x';"
                    + "XA START 'y'; INSERT INTO xa_one_phase (id) VALUES (2); XA END 'y'; XA COMMIT 'y' ONE PHASE;"
                    + "SET SESSION binlog_row_image = 'MINIMAL'; UPDATE short_image SET name = 'x' WHERE id = 1;"
                    + "SET SESSION binlog_row_image = 'FULL'; SET SESSION binlog_row_value_options = 'PARTIAL_JSON';"
                    + "UPDATE partial_json SET j = JSON_SET(j, '$.a', 2) WHERE id = 1");
            run("START TRANSACTION; INSERT INTO t (id) VALUES (2); INSERT INTO xa (id) VALUES (3);"
                    + "INSERT INTO t (id) VALUES (3); COMMIT; TRUNCATE TABLE truncated; DROP TABLE other, dropped, dropped_too;"
                    + "RENAME TABLE renamed TO renamed_old; CREATE TABLE rotated_new LIKE rotated;"
                    + "RENAME TABLE rotated TO rotated_old, rotated_new TO rotated; ALTER TABLE altered_away RENAME TO altered_old;"
                    + "ALTER TABLE other_key DROP PRIMARY KEY, ADD PRIMARY KEY (id, name);"
                    + "INSERT INTO truncated (id) VALUES (4); INSERT INTO short_image (id) VALUES (4);"
                    + "INSERT INTO other_key (id, name) VALUES (4, ''); INSERT INTO t (id) VALUES (4)");
            source.awaitEvents("t", 4);
            assertThat(codes(source)).containsExactlyInAnyOrderElementsOf(LEFT.values());
            assertThat(source.capture().status().ready()).isTrue();
            assertThat(source.capture().status().problems())
                    .allSatisfy(problem -> assertThat(problem.place()).contains("GTID", "binlog."))
                    .allSatisfy(problem ->
                            assertThat(problem.remedy()).contains("changeover readmit --table legacy." + schema));
            for (String table : LEFT.keySet()) {
                assertThat(source.texts(table)).as(table).hasSize(1);
            }

            source.restart();
            source.awaitRunning();
            assertThat(codes(source)).containsExactlyInAnyOrderElementsOf(LEFT.values());
            run("INSERT INTO short_image (id) VALUES (5); INSERT INTO t (id) VALUES (5)");
            source.awaitEvents("t", 5);
            assertThat(source.texts("short_image")).hasSize(1);

            readmit(source, "short_image");
            readmit(source, "dropped");
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "readmitted: " + source.capture().status(),
                    () -> !stopped(source, "short_image") && stopped(source, "dropped"));
            run("UPDATE short_image SET name = 'new' WHERE id = 5");
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "read anew: " + source.texts("short_image"),
                    () -> rows(source, "short_image").equals(List.of("1 x", "4 null", "5 new")));
            assertThat(source.capture().status().problems())
                    .filteredOn(problem -> problem.place().contains("dropped,")
                            || problem.cause().contains("could not be readmitted"))
                    .hasSize(1);

            run("INSERT INTO t (id) VALUES (6); DROP DATABASE `" + schema + "`");
            source.awaitEvents("t", 6);
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "all left: " + source.capture().status(),
                    () -> codes(source).size() == tables.size());
            source.restart();
            source.awaitRunning();
            assertThat(codes(source)).hasSize(tables.size());
        }
    }

    private static List<String> rows(CapturedSource source, String table) {
        return source.applied(table).values().stream()
                .map(row -> row.get(0) + " " + row.get(1))
                .sorted()
                .toList();
    }

    private static List<Integer> codes(CapturedSource source) {
        return source.capture().status().problems().stream()
                .map(problem -> problem.code().number())
                .toList();
    }

    private boolean stopped(CapturedSource source, String table) {
        return source.capture().status().problems().stream()
                .anyMatch(problem -> problem.remedy().contains(schema + "." + table + " "));
    }

    private void readmit(CapturedSource source, String table) {
        String topic = new TopicNames(source.settings().pipeline()).signals();
        try (SignalSender sender =
                new SignalSender(source.settings().kafka().properties(), topic, Duration.ofSeconds(30))) {
            sender.send(
                    Signal.readmit(UUID.randomUUID().toString(), "legacy", new TableName(schema, table), "somebody"));
        }
    }

    /** As gh-ost does it; capture is down in the middle of it. */
    @Test
    void tableThatTakesTheOthersPlace_goesOnInItsColumns() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run("INSERT INTO t (id, name) VALUES (1, 'a'); CREATE TABLE _t_gho LIKE t;"
                    + "ALTER TABLE _t_gho ADD COLUMN age INT UNSIGNED DEFAULT 7 AFTER id");
            source.awaitEvents("t", 1);
            source.capture().close();
            run("INSERT INTO _t_gho (id, name, j) SELECT id, name, j FROM t; INSERT INTO t (id, name) VALUES (2, 'b')");
            source.restart();
            source.awaitEvents("t", 2);
            run(
                    "INSERT INTO _t_gho (id, name) VALUES (2, 'b'); rename /* gh-ost */ table t TO _t_del, _t_gho TO t;"
                            + "UPDATE t SET name = 'c' WHERE id = 2; INSERT INTO t (id, age) VALUES (3, 30); DROP TABLE _t_del");
            source.awaitEvents("t", 4);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [1, a, null]",
                            "INSERT [2, b, null]",
                            "UPDATE [2, 7, b, null] [2, 7, c, null]",
                            "INSERT [3, 30, null, null]");
            assertThat(source.capture().status().problems()).isEmpty();
        }
    }

    /** Each of them touches the table's name, not its schema. */
    @Test
    void harmlessStatements_goOn() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run("CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.name = 'triggered';"
                    + "CREATE VIEW v AS SELECT * FROM t; ANALYZE TABLE t; CREATE TABLE IF NOT EXISTS t (x INT);"
                    + "CREATE TEMPORARY TABLE t2 LIKE t; DROP TEMPORARY TABLE t2; TRUNCATE TABLE other;"
                    + "SET SESSION binlog_format = 'STATEMENT'; CREATE TABLE u (id INT); DROP TABLE u;"
                    + "SET SESSION binlog_format = 'ROW'; XA START 'z'; INSERT INTO other VALUES (1); XA END 'z';"
                    + "XA PREPARE 'z'; XA COMMIT 'z'; INSERT INTO t (id) VALUES (1)");
            source.awaitEvents("t", 1);
            assertThat(source.texts("t")).containsExactly("INSERT [1, triggered, null]");
        }
    }

    @Test
    void columnsChange_rowsAreReadInTheColumnsOfTheirTime() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run("INSERT INTO t (id, name) VALUES (1, 'a'); ALTER TABLE t ADD COLUMN age INT UNSIGNED AFTER id;"
                    + "INSERT INTO t VALUES (2, 22, 'b', NULL); ALTER TABLE t DROP COLUMN j, MODIFY name TEXT;");
            source.awaitEvents("t", 2);
            source.capture().close();
            // while capture is down
            run("ALTER TABLE t RENAME COLUMN age TO years; INSERT INTO t VALUES (3, 33, 'c');"
                    + "CREATE INDEX i ON t (years); UPDATE t SET years = 34 WHERE id = 3");
            source.restart();
            source.awaitEvents("t", 4);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [1, a, null]",
                            "INSERT [2, 22, b, null]",
                            "INSERT [3, 33, c]",
                            "UPDATE [3, 33, c] [3, 34, c]");
            assertThat(source.events("t").stream()
                            .map(event -> event.schema().version())
                            .sorted()
                            .toList())
                    .containsExactly(1, 2, 4, 4);
        }
    }

    @Test
    void compressedTransactions_areTheSame() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run("SET SESSION binlog_transaction_compression = ON; START TRANSACTION; INSERT INTO t (id, name) VALUES"
                    + " (1, 'a'), (2, 'b'); UPDATE t SET name = 'c' WHERE id = 1; COMMIT; DELETE FROM t WHERE id = 2");
            source.awaitEvents("t", 4);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [1, a, null]",
                            "INSERT [2, b, null]",
                            "UPDATE [1, a, null] [1, c, null]",
                            "DELETE [2, b, null]");
        }
    }

    private CapturedSource source(String... tables) {
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), tables);
    }

    private void run(String statements) throws Exception {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            for (String sql : statements.split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql.trim());
                }
            }
        }
    }

    private static List<Problem> awaitStop(CapturedSource source) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "stopped: " + source.capture().status(),
                () -> source.capture().stopped().isCompletedExceptionally());
        return new ArrayList<>(source.capture().status().problems());
    }
}
