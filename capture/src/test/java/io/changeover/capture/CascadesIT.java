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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What foreign keys change on their own is in no binlog: it must stop the capture before a message says otherwise. */
@WithServers
@Timeout(240)
class CascadesIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private String schema = "";

    CascadesIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void makeFamily() throws Exception {
        schema = mysql.freshSchema();
        run(
                "CREATE TABLE parent (id INT PRIMARY KEY, code VARCHAR(10) UNIQUE, name VARCHAR(10))",
                "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT by_id FOREIGN KEY (p) REFERENCES parent (id)"
                        + " ON UPDATE CASCADE)",
                "CREATE TABLE member (code VARCHAR(10), n INT, PRIMARY KEY (code, n), CONSTRAINT `by code` FOREIGN KEY"
                        + " (code) REFERENCES parent (code) ON UPDATE CASCADE)",
                "CREATE TABLE node (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES node (id) ON UPDATE CASCADE)",
                "INSERT INTO parent VALUES (1, 'a', 'one'), (2, 'b', 'two'), (9, 'z', 'childless')",
                "INSERT INTO child VALUES (10, 1), (20, 2)",
                "INSERT INTO member VALUES ('a', 1), ('b', 1)");
    }

    @Test
    void changedParentKey_stopsBeforeItsMessage_andGoesOnWhenDeclared() throws Exception {
        try (CapturedSource source = source("parent", "child", "member", "node")) {
            source.start();
            source.awaitRunning();
            run("UPDATE parent SET name = 'uno' WHERE id = 1");
            source.awaitEvents("parent", 1);
            run(
                    "BEGIN",
                    "UPDATE child SET p = 2 WHERE id = 10",
                    "UPDATE parent SET id = 3 WHERE id = 2",
                    "UPDATE parent SET name = 'after' WHERE id = 1",
                    "COMMIT");

            Problem problem = awaitStop(source);
            assertThat(problem.code().number()).isEqualTo(15);
            assertThat(problem.place()).contains("GTID").contains("binlog.");
            assertThat(problem.cause())
                    .contains(schema + ".parent changes id, and with it")
                    .contains(schema + ".child by foreign key by_id (ON UPDATE CASCADE)");
            assertThat(problem.remedy())
                    .contains("`cascades: [by_id]`")
                    .contains("changeover refresh --table legacy." + schema + ".child --execute --where TRUE (all")
                    .contains("'`p` = NEW'");
            assertThat(source.texts("parent")).hasSize(1);
            assertThat(source.texts("child")).containsExactly("UPDATE [10, 1] [10, 2]");

            source.declare("child", "by_id");
            source.restart();
            source.awaitEvents("parent", 4);
            assertThat(source.texts("parent"))
                    .containsExactly(
                            "UPDATE [1, a, one] [1, a, uno]",
                            "DELETE [2, b, two]",
                            "INSERT [3, b, two]",
                            "UPDATE [1, a, uno] [1, a, after]");
        }
    }

    @Test
    void changedUniqueValue_namesTheRowsThatAreGone() throws Exception {
        try (CapturedSource source = source("parent", "child", "member")) {
            source.start();
            source.awaitRunning();
            run("UPDATE parent SET code = 'A' WHERE code = 'a'");

            Problem problem = awaitStop(source);
            assertThat(problem.cause()).contains("changes code, and").contains("by foreign key by code");
            assertThat(problem.remedy())
                    .contains("'`code` = NEW'")
                    .endsWith("and with --keys the keys that these rows had before");
            assertThat(source.texts("parent")).isEmpty();
        }
    }

    @Test
    void whatInnoDbDoesNotFollow_goesOn() throws Exception {
        try (CapturedSource source = source("parent", "child", "member", "node")) {
            source.start();
            source.awaitRunning();
            run(
                    "SET foreign_key_checks = 0",
                    "UPDATE parent SET id = 3 WHERE id = 2",
                    "UPDATE child SET p = 3 WHERE p = 2",
                    "SET foreign_key_checks = 1",
                    "INSERT INTO node VALUES (1, NULL)",
                    "UPDATE node SET id = 2 WHERE id = 1");
            source.awaitEvents("node", 3);
            assertThat(source.texts("parent")).containsExactly("DELETE [2, b, two]", "INSERT [3, b, two]");
            assertThat(source.texts("child")).containsExactly("UPDATE [20, 2] [20, 3]");
        }
    }

    @Test
    void foreignKeyIsDropped_isRenamed_isAdded_theNextUpdateKnowsIt() throws Exception {
        try (CapturedSource source = source("parent", "child")) {
            source.start();
            source.awaitRunning();
            run(
                    "ALTER TABLE child DROP FOREIGN KEY by_id, ADD tag VARCHAR(10)",
                    "UPDATE parent SET id = 30 WHERE id = 9");
            source.awaitEvents("parent", 2);
            run(
                    "ALTER TABLE child ADD FOREIGN KEY (tag) REFERENCES parent (code) ON UPDATE SET NULL",
                    "ALTER TABLE parent RENAME COLUMN code TO tag",
                    "ALTER TABLE parent CHANGE tag label VARCHAR(12)",
                    "UPDATE parent SET label = 'y' WHERE id = 30");

            Problem problem = awaitStop(source);
            assertThat(problem.cause()).contains("changes label, and").contains("child_ibfk_1 (ON UPDATE SET NULL)");
            assertThat(problem.remedy()).endsWith("--where '`tag` IS NULL'");
        }
    }

    @Test
    void hiddenDeletes_areRefusedAtTheStart_andWhenTheyCome_unlessDeclared() throws Exception {
        run("CREATE TABLE heir (id INT PRIMARY KEY, p INT, CONSTRAINT dies FOREIGN KEY (p) REFERENCES parent (id)"
                + " ON DELETE SET NULL)");
        try (CapturedSource source = source("parent", "heir")) {
            source.start();
            assertThat(awaitStop(source)).satisfies(problem -> {
                assertThat(problem.code().number()).isEqualTo(11);
                assertThat(problem.cause()).contains("foreign key dies has ON DELETE SET NULL");
            });
            source.declare("heir", "dies");
            source.restart();
            source.awaitRunning();

            run("ALTER TABLE heir ADD CONSTRAINT goes FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE");
            awaitLeft(source, 1);
            assertThat(source.capture().status().problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code().number()).isEqualTo(15);
                assertThat(problem.cause())
                        .contains("foreign key goes has ON DELETE CASCADE")
                        .contains("ALTER TABLE heir");
            });
        }
    }

    @Test
    void parentThatIsNotCaptured_isRefused() throws Exception {
        try (CapturedSource source = source("child")) {
            source.start();
            assertThat(awaitStop(source).cause()).contains(schema + ".parent is not captured");
            source.declare("child", "by_id");
            source.restart();
            source.awaitRunning();
        }
    }

    /** Without the parent's rows nobody would see that its key changes, and the child's rows with it. */
    @Test
    void parentThatIsLeft_takesItsChildrenAlong() throws Exception {
        try (CapturedSource source = source("parent", "child", "node")) {
            source.start();
            source.awaitRunning();
            run("SET SESSION binlog_row_image = 'MINIMAL'", "UPDATE parent SET name = 'x' WHERE id = 1");
            awaitLeft(source, 2);
            assertThat(source.capture().status().problems())
                    .extracting(Problem::cause)
                    .anyMatch(cause -> cause.contains("a row image of " + schema + ".parent"))
                    .anyMatch(cause -> cause.contains("foreign key by_id")
                            && cause.contains("since " + schema + ".parent is not captured any more"));
            source.restart();
            source.awaitRunning();
            run("INSERT INTO node VALUES (7, NULL)", "INSERT INTO child VALUES (70, 1)");
            source.awaitEvents("node", 1);
            assertThat(source.texts("child")).isEmpty();
        }
    }

    private static void awaitLeft(CapturedSource source, int tables) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "left: " + source.capture().status(),
                () -> source.capture().status().problems().size() == tables);
    }

    private CapturedSource source(String... tables) {
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), tables);
    }

    private void run(String... statements) throws Exception {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Problem awaitStop(CapturedSource source) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "stopped: " + source.capture().status(),
                () -> source.capture().stopped().isCompletedExceptionally());
        List<Problem> problems = source.capture().status().problems();
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }
}
