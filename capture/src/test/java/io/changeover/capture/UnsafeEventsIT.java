package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.StartMode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks the source's promises stops with its code, and nothing of it is published. */
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    statement based       | 15 | SET SESSION binlog_format = 'STATEMENT'; INSERT INTO t (id) VALUES (2)
                    XA                    | 15 | XA START 'x'; INSERT INTO t (id) VALUES (2); XA END 'x'; XA PREPARE 'x'; XA ROLLBACK 'x'
                    XA in one phase       | 15 | XA START 'y'; INSERT INTO t (id) VALUES (2); XA END 'y'; XA COMMIT 'y' ONE PHASE
                    short row image       | 15 | SET SESSION binlog_row_image = 'MINIMAL'; UPDATE t SET name = 'x' WHERE id = 1
                    partial JSON          | 15 | SET SESSION binlog_row_value_options = 'PARTIAL_JSON'; UPDATE t SET j = JSON_SET(j, '$.a', 2) WHERE id = 1
                    truncate              | 17 | TRUNCATE TABLE t
                    drop                  | 17 | DROP TABLE t
                    drop among others     | 17 | DROP TABLE other, t
                    rename                | 17 | RENAME TABLE t TO t_old
                    alter rename          | 17 | ALTER TABLE t RENAME TO t_old
                    drop database         | 17 | DROP DATABASE `{schema}`
                    primary key           | 17 | ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, name)
                    """)
    void unsafeEvent_stops(String name, int code, String statements) throws Exception {
        try (CapturedSource source = source(StartMode.now())) {
            source.start();
            source.awaitRunning();
            mysql.execute(
                    "INSERT INTO " + schema + ".t VALUES (1, 'one', '{\"a\": 1, \"b\": \"" + "x".repeat(200) + "\"}')");
            run(statements.replace("{schema}", schema));
            List<Problem> problems = awaitStop(source);
            assertThat(problems).extracting(problem -> problem.code().number()).containsExactly(code);
            assertThat(problems.get(0).place()).contains("GTID").contains("binlog.");
            assertThat(source.texts("t")).hasSize(1);
        }
    }

    /** Each of them touches the table's name, not its schema. */
    @Test
    void harmlessStatements_goOn() throws Exception {
        try (CapturedSource source = source(StartMode.now())) {
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
        try (CapturedSource source = source(StartMode.now())) {
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
        try (CapturedSource source = source(StartMode.now())) {
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

    private CapturedSource source(StartMode start) {
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, start, "t");
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
