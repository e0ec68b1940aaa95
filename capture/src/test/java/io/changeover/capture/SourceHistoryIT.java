package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.capture.preflight.SourcePreflight;
import io.changeover.capture.schema.Cascades;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of its own, whose history can be spoilt. */
@WithServers
@Timeout(240)
class SourceHistoryIT {

    private static final Cascades NOTHING_DECLARED = Cascades.declaring(Map.of());

    private final TestingServers servers;

    SourceHistoryIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void serverRestarts_captureGoesOnAndKnowsWhenHistoryIsGone() throws Exception {
        try (TestingMySql mysql = new TestingMySql()) {
            EmbeddedMySql server = mysql.server();
            String schema = mysql.freshSchema();
            mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
            try (CapturedSource source = new CapturedSource(
                    servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t")) {
                source.start();
                source.awaitRunning();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (1)");
                source.awaitEvents("t", 1);

                server.kill9();
                Eventually.eventually(
                        CapturedSource.SOON,
                        "waiting",
                        () -> !source.capture().status().ready());
                server.start();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (2)");
                source.awaitEvents("t", 2);
                assertThat(source.texts("t")).containsExactly("INSERT [1]", "INSERT [2]");

                source.capture().close();
                mysql.execute(
                        "INSERT INTO " + schema + ".t VALUES (3)",
                        "FLUSH BINARY LOGS",
                        "INSERT INTO " + schema + ".t VALUES (4)",
                        "FLUSH BINARY LOGS");
                mysql.execute("PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
                source.restart();
                assertThat(awaitStop(source))
                        .allMatch(problem -> problem.code().number() == 14)
                        .allMatch(problem -> problem.cause().contains("no longer in the server's binlogs"));

                mysql.execute("RESET MASTER");
                source.restart();
                assertThat(awaitStop(source))
                        .allMatch(problem -> problem.code().number() == 14)
                        .allMatch(problem -> problem.cause().contains("went back"));
            }
        }
    }

    @Test
    void preflight_namesEverythingThatIsWrong() {
        TestingMySql mysql = servers.source();
        String schema = mysql.freshSchema();
        mysql.execute(
                "CREATE TABLE " + schema + ".good (id INT PRIMARY KEY)",
                "CREATE TABLE " + schema + ".keyless (id INT)",
                "CREATE TABLE " + schema + ".old (id INT PRIMARY KEY) ENGINE = MyISAM",
                "CREATE TABLE " + schema + ".child (id INT PRIMARY KEY, p INT, FOREIGN KEY fk (p) REFERENCES good (id)"
                        + " ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE " + schema + ".odd (id INT PRIMARY KEY, c CHAR(5) CHARACTER SET hp8)",
                "CREATE USER IF NOT EXISTS poor@'%' IDENTIFIED BY 'poor'",
                "GRANT SELECT ON " + schema + ".good TO poor@'%'");
        List<TableName> tables = List.of("good", "keyless", "old", "child", "odd", "absent").stream()
                .map(table -> new TableName(schema, table))
                .toList();

        SourcePreflight found =
                SourcePreflight.of(definition(mysql, mysql.user(), mysql.password()), tables, NOTHING_DECLARED);
        assertThat(found.problems())
                .extracting(Problem::place)
                .containsExactlyInAnyOrder(
                        "table " + schema + ".keyless",
                        "table " + schema + ".old",
                        "table " + schema + ".child",
                        "column " + schema + ".odd.c",
                        "table " + schema + ".absent");
        assertThat(found.warnings()).extracting(Problem::place).containsExactly("table " + schema + ".good");
        assertThat(found.tables()).hasSize(5);

        SourcePreflight poor =
                SourcePreflight.of(definition(mysql, "poor", "poor"), tables.subList(0, 2), NOTHING_DECLARED);
        assertThat(poor.problems())
                .extracting(Problem::remedy)
                .containsExactly(
                        "GRANT REPLICATION SLAVE ON *.* TO 'poor'@'%';",
                        "GRANT REPLICATION CLIENT ON *.* TO 'poor'@'%';",
                        "GRANT SELECT ON `" + schema + "`.`keyless` TO 'poor'@'%';");
        assertThat(SourcePreflight.of(definition(mysql, "poor", "wrong"), tables, NOTHING_DECLARED)
                        .problems())
                .extracting(problem -> problem.code().number())
                .containsExactly(12);
    }

    private static SourceDefinition definition(TestingMySql mysql, String user, String password) {
        return new SourceDefinition(
                "legacy",
                new ServerAccess(mysql.host(), mysql.port(), user, Secret.of(password), TlsMode.DISABLED, null),
                StartMode.snapshot(),
                BackfillSettings.readers(1));
    }

    private static List<Problem> awaitStop(CapturedSource source) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "stopped: " + source.capture().status(),
                () -> source.capture().stopped().isCompletedExceptionally());
        return source.capture().status().problems();
    }
}
