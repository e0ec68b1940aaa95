package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One table stops; the others flow on, status says why it stopped, and after the remedy nothing of it is lost. */
@WithServers
@Timeout(300)
class IsolationIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final TestingServers servers;

    IsolationIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void columnDroppedOnTheNewSide_stopsItsTableOnly_andTheTableGoesOnByItself(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder);
                ChildJvm worker = shop.run(folder)) {
            shop.awaitRows("`order`", 2);
            shop.target().execute("ALTER TABLE " + shop.newTable("`order`") + " DROP COLUMN cents");
            shop.source().execute("INSERT INTO " + shop.oldTable("t_order") + " VALUES (3, 9, 3.33)");

            JsonNode stopped = awaitStop(shop, 17);
            assertThat(stopped.at("/stop/cause").asText()).contains("cents");
            assertThat(stopped.at("/stop/remedy").asText()).contains("bring the new table and its mapping together");
            requireOthersFlow(shop, worker);
            Said status = shop.command("status");
            assertThat(status.out())
                    .contains("! legacy." + shop.oldTable("t_order") + " has stopped: [17] ", "cents")
                    .contains("Next: mend what stopped legacy." + shop.oldTable("t_order"));

            shop.target().execute("ALTER TABLE " + shop.newTable("`order`") + " ADD COLUMN cents BIGINT");

            shop.awaitRows("`order`", 3);
            eventually(
                    LIMIT,
                    "status in step",
                    () -> table(shop).path("phase").asText().equals("in step"));
            assertThat(table(shop).path("stop").isNull()).isTrue();
            assertThat(shop.target().value("SELECT cents FROM " + shop.newTable("`order`") + " WHERE order_id = 3"))
                    .isEqualTo("333");
            // before the column went, or again when it was back
            String compared = "legacy." + shop.oldTable("t_order") + ": ";
            eventually(
                    LIMIT,
                    "the table is compared",
                    () -> worker.log().contains(compared + "equal")
                            || worker.log().contains(compared + "different"));
            worker.terminate();
            assertThat(worker.exitCode(Duration.ofSeconds(60))).as(worker.log()).isIn(0, 143);
            assertThat(worker.log()).doesNotContain("\tat ", Said.PASSWORD);
        }
    }

    @Test
    void fullParkLimit_stopsItsTableOnly_isTheExitCode_andParkedRowsAreRetriedOrDropped(@TempDir Path folder)
            throws Exception {
        try (FitShop shop = new FitShop(servers, folder)) {
            shop.edit("key: { order_id: id }", "key: { order_id: id }\n    parkLimit: 2");
            shop.target().execute("ALTER TABLE " + shop.newTable("`order`") + " ADD CHECK (cents < 100000)");
            try (ChildJvm worker = shop.run(folder)) {
                shop.awaitRows("`order`", 2);
                String order = shop.oldTable("t_order");
                shop.source().execute("INSERT INTO " + order + " VALUES (11, 9, 5000), (12, 9, 5000)");
                eventually(
                        LIMIT,
                        "two rows parked",
                        () -> table(shop).path("parked").asInt() == 2);
                shop.source().execute("INSERT INTO " + order + " VALUES (13, 9, 5000)");

                JsonNode stopped = awaitStop(shop, 20);
                assertThat(stopped.at("/stop/cause").asText())
                        .contains("3 rows cannot be written; `parkLimit` is 2", "MySQL error 3819");
                assertThat(table(shop).path("parked").asInt()).isEqualTo(2);
                requireOthersFlow(shop, worker);

                worker.terminate();
                assertThat(worker.exitCode(Duration.ofSeconds(60)))
                        .as(worker.log())
                        .isEqualTo(20);
                assertThat(worker.log()).doesNotContain("\tat ", Said.PASSWORD);
            }
            assertThat(awaitStop(shop, 20)).isNotNull();
            requireParkedRowsAreToldAndDropped(shop);

            try (ChildJvm worker = shop.run(folder)) {
                eventually(LIMIT, "no stop", () -> table(shop).path("stop").isNull());
                requireParkedRowsAreRetried(shop);
                // what was dropped is missing until it is sent again
                Said refresh = shop.command(
                        "refresh",
                        "--table",
                        "legacy." + shop.oldTable("t_order"),
                        "--keys",
                        "id=11",
                        "--execute",
                        "--timeout",
                        "90s");
                assertThat(refresh.code()).as(refresh.text()).isZero();
                shop.awaitRows("`order`", 5);
                assertThat(worker.isAlive()).isTrue();
            }
        }
    }

    /** Rows 11 and 12 are parked; 11 is given up. */
    private static void requireParkedRowsAreToldAndDropped(FitShop shop) throws Exception {
        String table = "legacy." + shop.oldTable("t_order");
        JsonNode rows = JSON.readTree(
                        shop.command("parked", "list", "-o", "json").out())
                .path("rows");
        assertThat(rows).hasSize(2).allSatisfy(row -> {
            assertThat(row.path("table").asText()).isEqualTo(table);
            assertThat(row.path("kind").asText()).isEqualTo("parked");
            assertThat(row.path("code").asInt()).isEqualTo(3819);
            assertThat(row.path("at").asText()).matches(".*-[01]@\\d+");
        });
        String at = rows.get(0).path("at").asText();
        Said show = shop.command("parked", "show", "--at", at);
        assertThat(show.out()).contains("key      {\"id\":\"1", "kind     parked", "message  {\"data\":[{\"id\":");

        String[] drop = {"parked", "drop", "--table", table, "--key", "{\"id\":11}"};
        Said dry = shop.command(drop);
        assertThat(dry.code()).as(dry.text()).isZero();
        assertThat(dry.text()).contains("would be dropped", "refresh --table " + table + " --keys 'id=11' --execute");
        assertThat(table(shop).path("parked").asInt()).isEqualTo(2);
        Said done = shop.command("parked", "drop", "--table", table, "--key", "{\"id\":11}", "--execute");
        assertThat(done.text()).contains("dropped", "lost");
        assertThat(table(shop).path("parked").asInt()).isEqualTo(1);
        assertThat(shop.command(drop).code()).as("it waits no more").isEqualTo(2);
    }

    /** Rows 12 and 13 are parked; they are refused again until the new table is mended. */
    private static void requireParkedRowsAreRetried(FitShop shop) throws Exception {
        eventually(LIMIT, "12 and 13", () -> table(shop).path("parked").asInt() == 2);
        String[] retry = {"parked", "retry", "--execute", "--timeout", "90s"};
        Said dry = shop.command("parked", "retry");
        assertThat(dry.text()).contains("would be tried again", "nothing was changed");
        Said refused = shop.command(retry);
        assertThat(refused.code()).as(refused.text()).isEqualTo(21);
        assertThat(refused.out()).contains("refused again", "MySQL error 3819").doesNotContain("before:");
        String check = shop.target()
                .value(
                        "SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'CHECK'"
                                + " AND CONCAT(TABLE_SCHEMA, '.`', TABLE_NAME, '`') = '" + shop.newTable("`order`")
                                + "'");
        shop.target().execute("ALTER TABLE " + shop.newTable("`order`") + " DROP CHECK " + check);
        Said written = shop.command(retry);
        assertThat(written.code()).as(written.text()).isZero();
        assertThat(written.out()).contains("written");
        shop.awaitRows("`order`", 4);
    }

    @Test
    void mappedColumnDroppedOnTheOldSide_stopsItsTableOnly(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder);
                ChildJvm worker = shop.run(folder)) {
            shop.awaitRows("`order`", 2);
            shop.source().execute("ALTER TABLE " + shop.oldTable("t_order") + " DROP COLUMN user_id");
            shop.source().execute("INSERT INTO " + shop.oldTable("t_order") + " VALUES (4, 4.44)");

            JsonNode stopped = awaitStop(shop, 17);
            assertThat(stopped.at("/stop/cause").asText()).contains("user_id");
            requireOthersFlow(shop, worker);

            String note = "legacy." + shop.oldTable("t_note");
            shop.source()
                    .execute(
                            "TRUNCATE TABLE " + shop.oldTable("t_note"),
                            "INSERT INTO " + shop.oldTable("t_note") + " VALUES ('new', 'row')");
            requireLeftAndReadmitted(shop, note);
        }
    }

    /** Capture has left the table: status and wait say so, from any machine, and {@code readmit} brings it back. */
    private static void requireLeftAndReadmitted(FitShop shop, String note) throws Exception {
        eventually(
                LIMIT,
                () -> "left: " + shop.command("status").text(),
                () -> shop.command("status").out().contains("! " + note + " has stopped: [17] "));
        Said status = shop.command("status");
        assertThat(status.out())
                .contains("was truncated", "`changeover readmit --table " + note + " --execute`")
                .contains("Next: mend what stopped " + note + ", then readmit it as said there");
        Said waited = shop.command("wait", "--for", "caught-up");
        assertThat(waited.code()).as(waited.text()).isEqualTo(21);
        assertThat(waited.text()).contains("table " + note + ": captured no more, [17]");

        Said dry = shop.command("readmit", "--table", note);
        assertThat(dry.code()).as(dry.text()).isZero();
        assertThat(dry.text()).contains("dry run", "was truncated", "nothing was changed");
        shop.target().execute("DELETE FROM " + shop.newTable("note"));
        // capture answers once it has begun anew: on a busy machine that takes more than a moment
        Said done = shop.command("readmit", "--table", note, "--execute", "--timeout", "90s");
        assertThat(done.code()).as(done.text()).isZero();
        shop.awaitRows("note", 1);
        assertThat(shop.command("status").out()).doesNotContain("! " + note);
        Said again = shop.command("readmit", "--table", note, "--execute");
        assertThat(again.code()).as(again.text()).isEqualTo(2);
        assertThat(again.text()).contains("capture has not stopped the table");
    }

    private static JsonNode table(FitShop shop) throws Exception {
        JsonNode status = JSON.readTree(shop.command("status", "-o", "json").out());
        for (JsonNode table : status.path("tables")) {
            if (table.path("table").asText().equals("legacy." + shop.oldTable("t_order"))) {
                return table;
            }
        }
        return status;
    }

    private static JsonNode awaitStop(FitShop shop, int code) throws Exception {
        eventually(
                LIMIT,
                () -> "stop with " + code + ", not " + shop.command("status").text(),
                () -> table(shop).at("/stop/code").asInt() == code);
        JsonNode table = table(shop);
        assertThat(table.path("phase").asText()).isEqualTo("stopped");
        return table;
    }

    private static void requireOthersFlow(FitShop shop, ChildJvm worker) throws Exception {
        int rows = 2;
        for (int i = 0; i < 20; i++) {
            shop.source().execute("INSERT INTO " + shop.oldTable("t_note") + " VALUES ('n" + i + "', 'flows')");
            rows++;
        }
        shop.awaitRows("note", rows);
        assertThat(worker.isAlive()).isTrue();
    }
}
