package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
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

/** What is kept of comparisons, how it is told, and who makes them when. */
@WithServers
@Timeout(240)
class ReconcileHistoryIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestingServers servers;

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;

    @SuppressWarnings("NullAway.Init")
    ReconcileHistoryIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, note VARCHAR(40))",
                        "CREATE TABLE OLD.t_code (code INT PRIMARY KEY, hits INT)",
                        "INSERT INTO OLD.t_order VALUES (1, 'one'), (2, 'two'), (3, 'three')",
                        "INSERT INTO OLD.t_code VALUES (1, 10), (2, 20)")
                .next(
                        "CREATE TABLE NEW.orders (id INT PRIMARY KEY, note VARCHAR(40))",
                        "CREATE TABLE NEW.code (code INT PRIMARY KEY, hits INT)")
                .mapped("""
                          - source: legacy.OLD.t_order
                            target: shop.NEW.orders
                          - source: legacy.OLD.t_code
                            target: shop.NEW.code
                        reconcile: { every: 1h, patience: 20s }
                        """);
        workers = schemas.workers();
        workers.start();
        schemas.awaitCaughtUp();
    }

    @AfterEach
    void end() {
        workers.close();
        schemas.close();
    }

    @Test
    void whatAComparisonFinds_isKept() {
        schemas.next("DELETE FROM NEW.orders WHERE id = 2", "UPDATE NEW.code SET hits = 21 WHERE code = 2");
        assertThat(command("--once").code()).isEqualTo(22);
        assertThat(schemas.rows("SELECT SUBSTRING_INDEX(table_label, '.', -1), verdict, old_rows, new_rows, missing,"
                        + " altered, started_at < ended_at FROM changeover.reconcile_run ORDER BY id"))
                .extracting(row -> String.join(" ", row))
                .containsExactly("t_order different 3 2 1 0 1", "t_code different 2 2 0 1 1");
        assertThat(schemas.rows("SELECT kind, row_key, columns FROM changeover.reconcile_difference ORDER BY run"))
                .extracting(row -> String.join(" ", row))
                .containsExactly("MISSING id=2 []", "ALTERED code=2 [\"hits\"]");
    }

    @Test
    void whatCannotBeKept_isToldAllTheSame() {
        schemas.next("CREATE VIEW changeover.reconcile_run AS SELECT 1 AS id", "DELETE FROM NEW.orders WHERE id = 2");
        Said said = command("--once");
        assertThat(said.code()).as(said.toString()).isEqualTo(22);
        assertThat(said.out()).contains("MISSING id=2", "different");
        assertThat(said.err()).containsOnlyOnce("not kept in the history: [");
    }

    @Test
    void theLastRun_isTold() throws IOException {
        assertThat(lines(command("show").out())).containsExactly("t_order never - - 0", "t_code never - - 0");
        assertThat(command("diff"))
                .isEqualTo(new Said(0, "", "legacy.OLD.t_order: never compared\nlegacy.OLD.t_code: never compared\n"));

        assertThat(command("--once").code()).isZero();
        String first = started("t_code");
        schemas.next("DELETE FROM NEW.orders WHERE id = 2", "INSERT INTO NEW.orders (id) VALUES (9)");
        assertThat(command("--once").code()).isEqualTo(22);
        assertThat(lines(command("show").out()))
                .containsExactly(
                        "t_order " + started("t_order") + " different - 0",
                        "t_code " + started("t_code") + " equal " + first + " 2");

        Said last = command("last");
        assertThat(last.code()).isZero();
        assertThat(last.out()).contains("legacy.OLD.t_order: MISSING id=2", "legacy.OLD.t_code: run 4, from ");
        JsonNode runs = JSON.readTree(command("last", "-o", "json").out()).path("runs");
        assertThat(runs.path(0).path("verdict").asText()).isEqualTo("different");
        assertThat(runs.path(0).path("report").path("different").toString()).isEqualTo("{\"MISSING\":1,\"EXTRA\":1}");
        assertThat(runs.path(1).path("started").asText()).isEqualTo(started("t_code"));

        assertThat(command("diff").out().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith("legacy.OLD.t_order: MISSING id=2: written by another"))
                .anySatisfy(line -> assertThat(line).startsWith("legacy.OLD.t_order: EXTRA id=9: written by another"));
        assertThat(command("diff", "-o", "json").out().lines())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(JSON.readTree(line).path("table").asText()).isEqualTo("legacy.OLD.t_order"));
        assertThat(command("diff", "--table", "legacy." + schemas.oldSchema() + ".t_code")
                        .out())
                .isEmpty();
    }

    @Test
    void anUnknownTable_isRefused() {
        for (String what : List.of("show", "last", "diff")) {
            assertThat(command(what, "--table", "legacy.x.y").code()).as(what).isEqualTo(10);
        }
    }

    @Test
    void optionsOfOneComparison_goWithIt() {
        assertThat(command("--repair").code()).isEqualTo(2);
        assertThat(command("--once", "--log-file", "x").code()).isEqualTo(2);
    }

    private String started(String table) throws IOException {
        for (JsonNode run : JSON.readTree(command("last", "-o", "json").out()).path("runs")) {
            if (run.path("report").path("table").asText().endsWith("." + table)) {
                return run.path("started").asText();
            }
        }
        throw new AssertionError(table + " was never compared");
    }

    /** Without heading, schema and blanks. */
    private static List<String> lines(String table) {
        return table.lines()
                .skip(1)
                .map(line -> line.replace("legacy.OLD.", "").replaceAll(" +", " "))
                .toList();
    }

    private Said command(String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "reconcile";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return schemas.command(line);
    }
}
