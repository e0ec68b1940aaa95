package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.SourcePositionJson;
import io.changeover.transport.position.Timeline;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An old server that cannot be captured: `check` says why, and the SQL that it prints mends it. */
@WithServers
@Timeout(120)
class UnfitSourceIT {

    private final TestingServers servers;
    private FitShop shop;

    UnfitSourceIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        shop = new FitShop(servers, folder);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void fitShop_isReady() {
        shop.requireReady();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "binlog_format, 'STATEMENT', 'ROW'",
                "binlog_row_image, 'MINIMAL', 'FULL'",
                "binlog_row_value_options, 'PARTIAL_JSON', ''"
            })
    void binlogThatDoesNotShowWholeRows_isRefused_andTheStatementMendsIt(String variable, String bad, String good) {
        servers.source().execute("SET GLOBAL " + variable + " = " + bad);
        try {
            Said.Line problem = shop.requireProblem(
                    11, address(), variable + " = " + bad, "needed: " + good, "SET PERSIST " + variable);
            FitShop.mend(problem, servers.source());
            shop.requireReady();
        } finally {
            servers.source().execute("SET GLOBAL " + variable + " = " + good, "RESET PERSIST IF EXISTS " + variable);
        }
    }

    @Test
    void noGtids_areRefused_withTheWayToThem() {
        servers.source()
                .execute(
                        "SET GLOBAL gtid_mode = ON_PERMISSIVE",
                        "SET GLOBAL gtid_mode = OFF_PERMISSIVE",
                        "SET GLOBAL gtid_mode = OFF",
                        "SET GLOBAL enforce_gtid_consistency = OFF");
        try {
            Said.Line problem = shop.requireProblem(
                    11, address(), "gtid_mode = 'OFF'", "needed: 'ON'", "SET PERSIST enforce_gtid_consistency = ON;");
            FitShop.mend(problem, servers.source());
            shop.requireReady();
        } finally {
            for (String mode : List.of("OFF_PERMISSIVE", "ON_PERMISSIVE", "ON")) {
                if (!servers.source().value("SELECT @@gtid_mode").equals("ON")) {
                    servers.source()
                            .execute("SET GLOBAL enforce_gtid_consistency = ON", "SET GLOBAL gtid_mode = " + mode);
                }
            }
            servers.source().execute("RESET PERSIST");
        }
    }

    @Test
    void serverWithoutNumber_isRefused() {
        String number = servers.source().value("SELECT @@server_id");
        servers.source().execute("SET GLOBAL server_id = 0");
        try {
            Said.Line problem = shop.requireProblem(11, address(), "server_id = 0", "SET PERSIST server_id");
            FitShop.mend(problem, servers.source());
            shop.requireReady();
        } finally {
            servers.source().execute("SET GLOBAL server_id = " + number, "RESET PERSIST IF EXISTS server_id");
        }
    }

    /** The global settings are right; what sessions have of their own is told to whoever may see it. */
    @Test
    void whatSessionsHaveOrMaySet_isToldWithTheStatement() throws SQLException {
        String user = shop.name() + "_app";
        servers.source()
                .execute(
                        "CREATE USER " + user,
                        "GRANT SESSION_VARIABLES_ADMIN ON *.* TO " + user,
                        "SET GLOBAL binlog_checksum = NONE");
        try (Connection session = DriverManager.getConnection(servers.source().jdbcUrl(""), user, "");
                Statement statement = session.createStatement()) {
            statement.execute("SET SESSION binlog_format = 'STATEMENT'");
            assertThat(shop.command("check").out()).doesNotContain("session ");

            servers.source()
                    .execute(
                            "GRANT SELECT ON performance_schema.* TO " + shop.account(),
                            "GRANT SELECT ON mysql.* TO " + shop.account());
            Said check = shop.command("check");
            assertThat(check.code()).as(check.text()).isZero();
            assertThat(check.out())
                    .containsPattern("mind +source legacy at .*: session \\d+ of " + user
                            + "@\\S+ has binlog_format = 'STATEMENT'")
                    .containsPattern("-> KILL \\d+; its client")
                    .contains(
                            "'" + user + "'@'%' may set binlog_format",
                            "-> REVOKE SESSION_VARIABLES_ADMIN ON *.* FROM '")
                    .contains("binlog_checksum = 'NONE'", "-> SET PERSIST binlog_checksum = 'CRC32';");
        } finally {
            servers.source().execute("SET GLOBAL binlog_checksum = CRC32", "DROP USER " + user);
        }
        shop.requireReady();
    }

    /** A capture that is far behind is told while its binlogs are still there, and when they are not. */
    @Test
    void backlogThatBinlogsMayNotOutlive_isTold() {
        assertThat(shop.command("prepare", "--execute").code()).isZero();
        GtidSet executed = GtidSet.parse(servers.source().gtidExecuted());
        servers.source().execute("INSERT INTO " + shop.oldTable("t_note") + " VALUES ('b', 'missing')");
        servers.source().execute("SET GLOBAL binlog_expire_logs_seconds = 7200");
        try {
            position(executed, Duration.ofMinutes(30));
            shop.requireReady();
            position(executed, Duration.ofMinutes(90));
            Said check = shop.command("check");
            assertThat(check.code()).as(check.text()).isZero();
            assertThat(check.out())
                    .containsPattern("mind +source legacy at .*: capture is 1 transactions and 9\\d min behind")
                    .contains("kept for 120 min", "-> SET PERSIST binlog_expire_logs_seconds = 259200;");

            position(executed.plus(new Gtid(new UUID(1, 1), 1)), Duration.ofMinutes(1));
            shop.requireProblem(14, "source legacy", "went back 1 transactions", "point capture at a server");
        } finally {
            servers.source().execute("SET GLOBAL binlog_expire_logs_seconds = DEFAULT");
        }
    }

    /** As capture left it that long ago. */
    private void position(GtidSet completed, Duration ago) {
        long micros = Instant.now().minus(ago).toEpochMilli() * 1000;
        SourcePosition position =
                new SourcePosition(completed, null, Timeline.start(), completed, 0, Map.of(), null, micros);
        servers.kafka()
                .produce(shop.name() + ".legacy.progress", ProgressTopic.POSITION, SourcePositionJson.encode(position));
    }

    @Test
    void missingGrants_arePrintedAsStatements_andRunningThemIsEnough() {
        servers.source().execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + shop.account());

        Said check = shop.command("check");

        assertThat(check.code()).isEqualTo(12);
        assertThat(check.problems()).as(check.text()).hasSize(4).allSatisfy(problem -> {
            assertThat(problem.code()).isEqualTo(12);
            assertThat(problem.text()).contains("privilege", "is missing", "GRANT");
        });
        check.problems().forEach(problem -> FitShop.mend(problem, servers.source()));
        shop.requireReady();
    }

    @Test
    void oneMissingSelect_isOneProblem() {
        servers.source().execute("REVOKE SELECT ON " + shop.oldTable("t_note") + " FROM " + shop.account());

        Said.Line problem = shop.requireProblem(
                12, shop.oldTable("t_note"), "privilege SELECT is missing", "GRANT SELECT ON", "`t_note`");
        FitShop.mend(problem, servers.source());
        shop.requireReady();
    }

    @Test
    void tableWithoutPrimaryKey_isRefusedOnce() {
        servers.source().execute("ALTER TABLE " + shop.oldTable("t_order") + " DROP PRIMARY KEY");

        shop.requireProblem(11, shop.oldTable("t_order"), "no primary key", "add a primary key");

        servers.source().execute("ALTER TABLE " + shop.oldTable("t_order") + " ADD PRIMARY KEY (id)");
        shop.requireReady();
    }

    @Test
    void deletesThatTheBinlogDoesNotShow_areRefused() {
        servers.source()
                .execute("ALTER TABLE " + shop.oldTable("t_order") + " ADD parent BIGINT, ADD CONSTRAINT fk_parent"
                        + " FOREIGN KEY (parent) REFERENCES " + shop.oldTable("t_order") + " (id) ON DELETE CASCADE");

        Said.Line problem = shop.requireProblem(
                11,
                shop.oldTable("t_order"),
                "fk_parent has ON DELETE CASCADE",
                "not in the binlog",
                "cascades: [fk_parent]",
                "take the rule away");
        FitShop.mend(problem, servers.source());
        shop.requireReady();
    }

    @Test
    void tableThatIsNotThere_isNamed() throws IOException {
        shop.edit(".t_note", ".t_notes");

        // the account may see single tables only, so MySQL cannot say more
        shop.requireProblem(12, ".t_notes", "privilege SELECT is missing, or there is no such table");

        servers.source().execute("GRANT SELECT ON " + shop.oldTable("*") + " TO " + shop.account());
        shop.requireProblem(11, ".t_notes", "there is no such table", "correct the name");
    }

    @Test
    void wildcardThatMatchesNothing_isNamed() throws IOException {
        shop.edit("legacy." + shop.oldTable("t_note"), "legacy.no_such_schema.*")
                .edit("shop." + shop.newTable("note"), "shop." + shop.newTable("*"));

        shop.requireProblem(10, "legacy.no_such_schema.*", "covers no table", "schema's name");
    }

    @Test
    void noBinlog_isRefused(@TempDir Path folder) throws IOException {
        try (TestingMySql silent = new TestingMySql(EmbeddedMySql.builder()
                        .option("gtid-mode", "OFF")
                        .option("enforce-gtid-consistency", "OFF")
                        .option("disable-log-bin", "ON")
                        .option("log-replica-updates", "OFF")
                        .start());
                FitShop other = new FitShop(servers, silent, folder)) {
            Said check = other.command("check");

            assertThat(check.code()).isEqualTo(11);
            assertThat(check.problems()).as(check.text()).hasSize(2);
            assertThat(check.problems().get(0).text()).contains("log_bin = 'OFF'", "--log-bin");
            assertThat(check.problems().get(1).text()).contains("gtid_mode = 'OFF'");
        }
    }

    @Test
    void replicaThatDoesNotLogWhatItApplies_orInAnotherOrder_isRefused(@TempDir Path folder) throws IOException {
        try (EmbeddedMySql primary = EmbeddedMySql.builder().start();
                TestingMySql replica = new TestingMySql(EmbeddedMySql.replicaOf(primary)
                        .option("log-replica-updates", "OFF")
                        .option("replica-preserve-commit-order", "OFF")
                        .option("super-read-only", "OFF")
                        .start());
                FitShop other = new FitShop(servers, replica, folder)) {
            Said check = other.command("check");
            assertThat(check.code()).as(check.text()).isEqualTo(11);
            assertThat(check.problems()).as(check.text()).hasSize(2);
            Said.Line order = check.problems().get(1);
            assertThat(order.text()).contains("does not preserve the commit order");
            // the remedy as it is printed, statement by statement
            Matcher statements = Pattern.compile("(STOP|SET|START)[^;]*;").matcher(order.text());
            statements.results().map(MatchResult::group).forEach(replica::execute);
            other.requireProblem(
                    11, "127.0.0.1:" + replica.port(), "log_replica_updates = OFF", "--log-replica-updates");
        }
    }

    private String address() {
        return "127.0.0.1:" + servers.source().port();
    }
}
