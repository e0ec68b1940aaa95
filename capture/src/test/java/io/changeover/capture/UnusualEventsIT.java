package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.definition.StartMode;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients and the server itself may do beside plain changes of rows: it is captured as it is, or not at all. */
@WithServers
@Timeout(180)
class UnusualEventsIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private String schema = "";

    UnusualEventsIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void makeTables() {
        schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(50))");
    }

    private CapturedSource source(String... tables) {
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), tables);
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Under MIXED the server chooses: rows where a statement is not safe, else the statement, of which capture has no rows. */
    @Test
    void mixedFormat_isCapturedAsLongAsItLogsRows() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run(
                    "SET SESSION binlog_format = 'MIXED'",
                    "INSERT INTO t VALUES (1, LEFT(UUID(), 0))",
                    "UPDATE t SET name = 'logged as it stands here'");
            Problem problem = source.awaitStop();
            assertThat(problem.code()).isEqualTo(ExitCode.UNSAFE_EVENT);
            assertThat(problem.place()).contains("GTID", "binlog.");
            assertThat(problem.cause())
                    .containsPattern("thread \\d+")
                    .contains("UPDATE t SET name = 'logged as it stands here'");
            assertThat(problem.remedy()).contains("binlog_format = ROW");
            assertThat(source.texts("t")).containsExactly("INSERT [1, ]");
        }
    }

    /** Columns that an image leaves out are unknown, not NULL. */
    @Test
    void imagesWithoutAllColumns_areNeverFilledUp() throws Exception {
        run(
                "CREATE TABLE noblob (id INT PRIMARY KEY, n INT, body LONGTEXT)",
                "CREATE TABLE minimal (id INT PRIMARY KEY, n INT, body VARCHAR(9))",
                "CREATE TABLE deleted (id INT PRIMARY KEY, n INT, body VARCHAR(9))");
        try (CapturedSource source = source("t", "noblob", "minimal", "deleted")) {
            source.start();
            source.awaitRunning();
            run(
                    "INSERT INTO noblob VALUES (1, 1, 'body')",
                    "INSERT INTO minimal VALUES (1, 1, 'body')",
                    "INSERT INTO deleted VALUES (1, 1, 'body')",
                    "SET SESSION binlog_row_image = 'NOBLOB'",
                    "UPDATE noblob SET n = 2",
                    "SET SESSION binlog_row_image = 'MINIMAL'",
                    "UPDATE minimal SET n = 2",
                    "DELETE FROM deleted",
                    "SET SESSION binlog_row_image = 'FULL'",
                    "UPDATE noblob SET n = 3",
                    "INSERT INTO t VALUES (1, 'goes on')");
            source.awaitEvents("t", 1);
            for (String table : new String[] {"noblob", "minimal", "deleted"}) {
                assertThat(source.texts(table)).containsExactly("INSERT [1, 1, body]");
            }
            assertThat(source.capture().status().problems())
                    .hasSize(3)
                    .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ExitCode.UNSAFE_EVENT))
                    .allSatisfy(problem -> assertThat(problem.remedy()).contains("binlog_row_image", "readmit"));
        }
    }

    /** A statement that fails in its middle leaves rows in a table without transactions, and takes them back in one with them. */
    @Test
    void partOfAStatement_isCapturedWhereItIsReal() throws Exception {
        run("CREATE TABLE isam (id INT PRIMARY KEY) ENGINE = MyISAM");
        try (CapturedSource source = source("t", "isam")) {
            source.start();
            source.awaitRunning();
            assertThatThrownBy(() -> run("INSERT INTO isam VALUES (1), (2), (1), (3)"))
                    .hasMessageContaining("Duplicate");
            assertThatThrownBy(() -> run("INSERT INTO t VALUES (1, 'gone'), (1, 'twice')"))
                    .hasMessageContaining("Duplicate");
            run(
                    "START TRANSACTION",
                    "INSERT INTO t VALUES (2, 'stays')",
                    "SAVEPOINT here",
                    "INSERT INTO t VALUES (3, 'gone')",
                    "ROLLBACK TO SAVEPOINT here",
                    "INSERT INTO t VALUES (4, 'stays')",
                    "COMMIT");
            source.awaitEvents("t", 2);
            assertThat(source.texts("t")).containsExactly("INSERT [2, stays]", "INSERT [4, stays]");
            assertThat(source.texts("isam")).containsExactly("INSERT [1]", "INSERT [2]");
        }
    }

    /** Events carry the time of their session's clock; nothing is ordered by it. */
    @Test
    void clockThatJumps_changesNoOrder() throws Exception {
        try (CapturedSource source = source("t")) {
            source.start();
            source.awaitRunning();
            run(
                    "SET TIMESTAMP = 2000000000",
                    "INSERT INTO t VALUES (1, 'in 2033')",
                    "SET TIMESTAMP = 1000000000",
                    "UPDATE t SET name = 'in 2001'",
                    "SET TIMESTAMP = DEFAULT",
                    "UPDATE t SET name = 'now'");
            source.awaitEvents("t", 3);
            source.restart();
            source.awaitRunning();
            run("SET TIMESTAMP = 1", "DELETE FROM t");
            source.awaitEvents("t", 4);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [1, in 2033]",
                            "UPDATE [1, in 2033] [1, in 2001]",
                            "UPDATE [1, in 2001] [1, now]",
                            "DELETE [1, now]");
        }
    }

    /** The rows are in the binlog, and what wrote them is not run by anybody who reads it. */
    @Test
    void triggersEventsAndProcedures_areCapturedOnce() throws Exception {
        run(
                "CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20))",
                "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO log (what) VALUES ('trigger')",
                "CREATE PROCEDURE p () BEGIN INSERT INTO log (what) VALUES ('procedure'); CALL q(); END",
                "CREATE PROCEDURE q () INSERT INTO t VALUES (2, 'of q')",
                "CREATE FUNCTION f () RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN"
                        + " INSERT INTO log (what) VALUES ('function'); RETURN 3; END");
        try (CapturedSource source = source("t", "log")) {
            source.start();
            source.awaitRunning();
            run(
                    "INSERT INTO t VALUES (1, 'plain')",
                    "CALL p()",
                    "INSERT INTO t VALUES (f(), 'of f')",
                    "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO log (what) VALUES ('event')");
            source.awaitEvents("log", 6);
            run("INSERT INTO t VALUES (4, 'last')");
            source.awaitEvents("t", 4);
            source.awaitEvents("log", 7);
            assertThat(source.texts("t"))
                    .containsExactly("INSERT [1, plain]", "INSERT [2, of q]", "INSERT [3, of f]", "INSERT [4, last]");
            assertThat(source.applied("log").values())
                    .extracting(row -> row.get(1))
                    .containsExactlyInAnyOrder(
                            "trigger", "procedure", "trigger", "function", "trigger", "event", "trigger");
        }
    }
}
