package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    void replicaThatDoesNotLogWhatItApplies_isRefused(@TempDir Path folder) throws IOException {
        try (EmbeddedMySql primary = EmbeddedMySql.builder().start();
                TestingMySql replica = new TestingMySql(EmbeddedMySql.replicaOf(primary)
                        .option("log-replica-updates", "OFF")
                        .option("super-read-only", "OFF")
                        .start());
                FitShop other = new FitShop(servers, replica, folder)) {
            other.requireProblem(
                    11, "127.0.0.1:" + replica.port(), "log_replica_updates = OFF", "--log-replica-updates");
        }
    }

    private String address() {
        return "127.0.0.1:" + servers.source().port();
    }
}
