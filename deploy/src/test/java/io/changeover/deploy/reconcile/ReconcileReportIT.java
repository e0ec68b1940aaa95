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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What `reconcile --once` hands out beside its table: lines of JSON, a page, and values where they are asked for. */
@WithServers
@Timeout(240)
class ReconcileReportIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestingServers servers;

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;

    @SuppressWarnings("NullAway.Init")
    ReconcileReportIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .old(
                        "CREATE TABLE OLD.t_order (code VARCHAR(40) PRIMARY KEY, note VARCHAR(60), paid BOOL)",
                        "CREATE TABLE OLD.t_code (code INT PRIMARY KEY, hits INT)",
                        "INSERT INTO OLD.t_order VALUES ('<script>alert(1)</script>', 'first old-secret <b>', 0),"
                                + " ('gone', 'gone old-secret', NULL), ('same', 'quiet', 1)",
                        "INSERT INTO OLD.t_code VALUES (1, 10), (2, 20)")
                .next(
                        "CREATE TABLE NEW.orders (code VARCHAR(40) PRIMARY KEY, note VARCHAR(60), paid BOOL)",
                        "CREATE TABLE NEW.code (code INT PRIMARY KEY, hits INT)")
                .mapped("""
                          - source: legacy.OLD.t_order
                            target: shop.NEW.orders
                          - source: legacy.OLD.t_code
                            target: shop.NEW.code
                        reconcile: { patience: 20s }
                        """);
        workers = schemas.workers();
        workers.start();
        schemas.awaitCaughtUp();
        schemas.next(
                "UPDATE NEW.orders SET note = 'first new-secret', paid = NULL WHERE code LIKE '<%'",
                "DELETE FROM NEW.orders WHERE code = 'gone'",
                "INSERT INTO NEW.orders (code, note) VALUES ('more', 'more new-secret\\n<i>')");
    }

    @AfterEach
    void end() {
        workers.close();
        schemas.close();
    }

    @Test
    void withoutBeingAsked_noValueLeaves() throws IOException {
        Path page = folder.resolve("report.html");
        Said said = schemas.command("reconcile", "--once", "-o", "jsonl", "--report", page.toString());
        assertThat(said.code()).as(said.toString()).isEqualTo(22);
        List<JsonNode> lines = lines(said);
        assertThat(lines)
                .extracting(line -> line.path("type").asText() + " "
                        + line.path("verdict").asText() + line.path("kind").asText())
                .startsWith("comparison different", "table different")
                .endsWith("table equal")
                .contains("difference ALTERED", "difference MISSING", "difference EXTRA")
                .hasSize(6);
        assertThat(lines)
                .filteredOn(line -> line.path("kind").asText().equals("ALTERED"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("key").asText()).isEqualTo("code=<script>alert(1)</script>");
                    assertThat(line.path("columns").toString()).isEqualTo("[\"note\",\"paid\"]");
                    assertThat(line.path("note").asText()).startsWith("written by another session at ");
                    assertThat(line.path("values").isNull()).isTrue();
                });
        String text = Files.readString(page);
        assertThat(text)
                .contains("&bull;&bull;&bull;", "code=&lt;script&gt;alert(1)&lt;/script&gt;", "<td class=\"name\">paid")
                .doesNotContain("<script");
        Said last = schemas.command("reconcile", "last", "-o", "jsonl");
        assertThat(lines(last))
                .extracting(line -> line.path("type").asText())
                .containsExactly("run", "table", "difference", "difference", "difference", "run", "table");
        Said asText = schemas.command("reconcile", "--once");
        assertThat(text + said + last + asText + schemas.command("reconcile", "last", "-o", "json") + kept())
                .doesNotContain("secret");
    }

    @Test
    void values_areShownOnRequest_andNotKept() throws IOException {
        Path page = folder.resolve("report.html");
        Said said = schemas.command(
                "reconcile", "--once", "--show-values", "--repair", "--table", label(), "--report", page.toString());
        assertThat(said.code()).as(said.toString()).isZero();
        assertThat(said.out()).as("what is mended is no difference").doesNotContain("secret");

        schemas.next(
                "UPDATE NEW.orders SET note = 'first new-secret', paid = NULL WHERE code LIKE '<%'",
                "DELETE FROM NEW.orders WHERE code = 'gone'",
                "INSERT INTO NEW.orders (code, note) VALUES ('more', 'more new-secret\\n<i>')");
        said = schemas.command("reconcile", "--once", "--show-values", "--report", page.toString());
        assertThat(said.out())
                .contains(
                        "    note: 'first old-secret <b>' -> 'first new-secret'",
                        "    paid: '0' -> NULL",
                        "    note: 'gone old-secret' -> no row",
                        "    note: no row -> 'more new-secret\\u000a<i>'");
        assertThat(Files.readString(page))
                .contains(
                        "<code>first old-secret &lt;b&gt;</code>",
                        "<code>first new-secret</code>",
                        "more new-secret<i>\\n</i>\n&lt;i&gt;</code>",
                        "<span class=\"none\">NULL</span>",
                        "<span class=\"none\">no row</span>")
                .doesNotContain("&bull;");
        JsonNode json = JSON.readTree(schemas.command("reconcile", "--once", "--show-values", "-o", "json")
                .out());
        assertThat(json.path("tables").path(0).path("verdict").asText()).isEqualTo("different");
        assertThat(json.path("tables").path(1).path("verdict").asText()).isEqualTo("equal");
        assertThat(json.path("tables").path(0).path("samples").toString())
                .contains("{\"column\":\"note\",\"old\":\"gone old-secret\",\"next\":null}");
        assertThat(said.err() + kept()).doesNotContain("secret");
    }

    @Test
    void aFileThatCannotBeWritten_isToldBeforeAnythingIsCompared() throws IOException {
        Path mine = Files.writeString(folder.resolve("mine.html"), "mine");
        Said said = schemas.command("reconcile", "--once", "--report", mine.toString());
        assertThat(said.code()).as(said.toString()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("mine.html: it is there, and is no report of a comparison");
        assertThat(Files.readString(mine)).isEqualTo("mine");
        assertThat(schemas.command("reconcile", "show").out()).contains("never");
        assertThat(schemas.command("reconcile", "--show-values").code()).isEqualTo(2);
    }

    private String label() {
        return "legacy." + schemas.oldSchema() + ".t_order";
    }

    private static List<JsonNode> lines(Said said) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : said.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** All of the history. */
    private String kept() {
        return schemas.rows("SELECT * FROM changeover.reconcile_difference").toString()
                + schemas.rows("SELECT * FROM changeover.reconcile_run");
    }
}
