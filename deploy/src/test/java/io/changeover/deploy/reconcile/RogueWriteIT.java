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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that somebody else wrote on the target are named as such, with when and how; rows that nobody did are not. */
@WithServers
@Timeout(240)
class RogueWriteIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern NOTE = Pattern.compile(
            "written by another session at (\\S+) \\((\\w+), target binlog \\S+:\\d+, thread (\\d+)\\)");

    private final TestingServers servers;

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;

    @SuppressWarnings("NullAway.Init")
    RogueWriteIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, note VARCHAR(40), user_id INT NOT NULL DEFAULT 0)",
                        "INSERT INTO OLD.t_order (id, note) VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'),"
                                + " (5, 'five'), (6, 'six')")
                .next(
                        "CREATE TABLE NEW.orders_0 (order_id BIGINT PRIMARY KEY, note VARCHAR(40))",
                        "CREATE TABLE NEW.orders_1 LIKE NEW.orders_0")
                .mapped("""
                          - source: legacy.OLD.t_order
                            target: shop.NEW.orders
                            key: { order_id: id }
                            columns: { note: note }
                            shards: { by: "MOD(id, 2)", count: 2, table: "orders_{shard}" }
                        reconcile: { patience: 20s }
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
    void writesOfOthers_areNamed_andOnlyThose() throws Exception {
        schemas.old("UPDATE OLD.t_order SET note = CONCAT(note, '!')");
        schemas.awaitCaughtUp();
        Instant before = Instant.now().minus(Duration.ofSeconds(1)); // the binlog has whole seconds
        String thread = session(
                "UPDATE NEW.orders_1 SET note = 'mine' WHERE order_id = 1",
                "DELETE FROM NEW.orders_0 WHERE order_id = 2",
                "INSERT INTO NEW.orders_1 (order_id, note) VALUES (77, 'extra')",
                // a row of before, as if the last change had never come: the binlog has no write of this session
                "SET sql_log_bin = 0",
                "UPDATE NEW.orders_1 SET note = 'five', changeover_version = UNHEX(CONCAT(LEFT(HEX(changeover_version), 8),"
                        + " '000000000000000000000000')) WHERE order_id = 5");
        // and apply writes on, between and after
        schemas.old("UPDATE OLD.t_order SET note = 'changed' WHERE id IN (3, 6)");
        schemas.awaitCaughtUp();

        Said said = schemas.command("reconcile", "--once", "-o", "json");
        assertThat(said.code()).as(said.toString()).isEqualTo(22);
        Map<String, String> notes = notes(said);
        assertThat(notes)
                .as(said.out())
                .containsOnlyKeys("ALTERED order_id=1", "MISSING order_id=2", "EXTRA order_id=77", "STALE order_id=5");
        assertNamed(String.valueOf(notes.get("ALTERED order_id=1")), "UPDATE", thread, before);
        assertNamed(String.valueOf(notes.get("MISSING order_id=2")), "DELETE", thread, before);
        assertNamed(String.valueOf(notes.get("EXTRA order_id=77")), "INSERT", thread, before);
        assertThat(notes.get("STALE order_id=5"))
                .startsWith("last written by Changeover at ")
                .contains("(UPDATE, ");
        assertThat(said.out()).contains("of 4 rows that differed, 3 were written by others than Changeover");

        assertThat(schemas.command("reconcile", "diff").out())
                .contains("EXTRA order_id=77: written by another session at ", ", thread " + thread + ")")
                .contains("STALE order_id=5 [note]: last written by Changeover at ");
        assertThat(schemas.command("reconcile", "last").out()).contains("MISSING order_id=2: written by another");
        assertThat(schemas.rows("SELECT COUNT(*) FROM changeover.reconcile_difference WHERE note LIKE 'written by%'")
                        .get(0)
                        .get(0))
                .isEqualTo("3");

        assertThat(schemas.command("status").out()).containsPattern("different, \\d+ s ago");

        // what is mended is no difference any more, but that somebody wrote is told all the same
        Said mended = schemas.command("reconcile", "--once", "--repair");
        assertThat(mended.code()).as(mended.toString()).isZero();
        assertThat(mended.out()).contains("of 4 rows that differed, 3 were written by others than Changeover");
        assertThat(schemas.command("status").out()).containsPattern("equal, \\d+ s ago");
    }

    @Test
    void whereNobodyIsSeen_thatIsTold() throws Exception {
        session("SET sql_log_bin = 0", "INSERT INTO NEW.orders_1 (order_id, note) VALUES (77, 'extra')");
        Said said = schemas.command("reconcile", "--once", "-o", "json");
        assertThat(said.code()).as(said.toString()).isEqualTo(22);
        assertThat(notes(said)).containsOnlyKeys("EXTRA order_id=77").doesNotContainValue("written");
        assertThat(said.out()).contains("who wrote 1 of 1 rows is not known: no write of them stands in the binlogs");
    }

    @Test
    void aRowBeyondTheLastPublishedTransaction_isTold_andNotSentAgain() throws Exception {
        session(
                "UPDATE NEW.orders_1 SET note = 'of a future', changeover_version ="
                        + " UNHEX(CONCAT(LEFT(HEX(changeover_version), 8), '0000000000FFFFFF00000000')) WHERE order_id = 1",
                "UPDATE NEW.orders_1 SET note = 'of now' WHERE order_id = 3");
        Said said = schemas.command("reconcile", "--once", "--repair", "--timeout", "60s", "-o", "json");
        assertThat(said.code()).as(said.toString()).isEqualTo(22);
        Map<String, String> notes = notes(said);
        assertThat(notes).as(said.toString()).containsOnlyKeys("ALTERED order_id=1");
        assertThat(notes.get("ALTERED order_id=1"))
                .contains("it is of transaction 16777215 of timeline 1, beyond the last published one, ");
        JsonNode table = JSON.readTree(said.out()).path("tables").path(0);
        assertThat(table.path("mended").asInt()).isEqualTo(1);
        assertThat(table.path("remarks").toString())
                .contains("rows are not sent again, for instance order_id=1")
                .doesNotContain("although they were sent again");
    }

    private void assertNamed(String note, String operation, String thread, Instant before) {
        Matcher named = NOTE.matcher(note);
        assertThat(named.matches()).as(note).isTrue();
        assertThat(Instant.parse(named.group(1))).isBetween(before, Instant.now());
        assertThat(named.group(2)).isEqualTo(operation);
        assertThat(named.group(3)).isEqualTo(thread);
    }

    /** By kind and key. */
    private static Map<String, String> notes(Said said) throws IOException {
        Map<String, String> notes = new TreeMap<>();
        for (JsonNode table : JSON.readTree(said.out()).path("tables")) {
            for (JsonNode row : table.path("samples")) {
                notes.put(
                        row.path("kind").asText() + " " + row.path("key").asText(),
                        row.path("note").asText());
            }
        }
        return notes;
    }

    /** Runs statements in one session; its id. */
    private String session(String... statements) throws Exception {
        String schema = schemas.rows("SELECT 'NEW'").get(0).get(0);
        try (Connection connection = servers.target().connect(String.valueOf(schema));
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each.replace("NEW", String.valueOf(schema)));
            }
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
