package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator's commands say and do where the rows of one old table go to several places. */
@WithServers
@Timeout(400)
class SpreadTableIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String NO_ROW = ": no row, as it should be";
    private static final String GONE = ": the newest change is applied: no row";
    private static final String APPLIED = ": the newest change is applied";
    private static final String BEHIND = " records before the newest change";
    private static final String PASSED =
            ": apply has passed the newest change, and what is there is older: somebody else"
                    + " wrote, or it was dropped; `changeover refresh` mends it";

    private static final String SHARDS = """
              - source: legacy.OLD.t_order
                target: shop1.NEW.order
                key: { order_id: id }
                columns: { user_id: user_id, code: code, note: note }
                shards: { by: "MOD(user_id, 4)", count: 4, table: "order_{shard}", targets: [shop1, shop2] }
            """;

    private static final String SPLIT = """
              - source: legacy.OLD.t_order
                target: shop1.NEW.orders
                columns: { user_id: user_id, code: code }
              - source: legacy.OLD.t_order
                part: notes
                target: shop2.NEW.order_note
                key: { order_id: id }
                columns: { note: note }
                where: "note IS NOT NULL"
            """;

    private final TestingServers servers;

    @TempDir
    private Path folder;

    SpreadTableIT(TestingServers servers) {
        this.servers = servers;
    }

    private SpreadShop shards() throws Exception {
        SpreadShop shop = new SpreadShop(servers, folder, SHARDS);
        for (int shard = 0; shard < 4; shard++) {
            shop.at(
                    shard < 2 ? "shop1" : "shop2",
                    "CREATE TABLE NEW.order_" + shard
                            + " (order_id INT PRIMARY KEY, user_id INT, code VARCHAR(10) UNIQUE, note VARCHAR(8))");
        }
        shop.old("INSERT INTO t_order VALUES (1, 1, 'a', 'n'), (2, 2, 'b', 'n'), (4, 4, 'd', 'n'), (5, 5, 'e', 'n')");
        shop.prepare();
        return shop;
    }

    /** Every row of the new tables, as {@code shard:key}. */
    private static List<String> places(SpreadShop shop) {
        List<String> places = new ArrayList<>();
        for (int shard = 0; shard < 4; shard++) {
            String of = shard + ":";
            shop.rows(shard < 2 ? "shop1" : "shop2", "SELECT order_id FROM NEW.order_" + shard + " ORDER BY order_id")
                    .forEach(row -> places.add(of + row.get(0)));
        }
        return places;
    }

    @Test
    void rowsThatWait_whereRowsMove_areListedOnce_triedAgainAndDroppedOneByOne() throws Exception {
        try (SpreadShop shop = shards()) {
            String table = shop.table();
            String first = table + " " + shop.newTable("shop1", "order") + " ";
            String second = table + " " + shop.newTable("shop2", "order") + " ";
            try (ChildJvm worker = shop.run()) {
                shop.awaitCaughtUp();
                assertThat(places(shop)).containsExactly("0:4", "1:1", "1:5", "2:2");
                shop.old("UPDATE t_order SET user_id = 2 WHERE id = 1");
                shop.awaitCaughtUp();
                assertThat(shop.verdict(table, 1))
                        .containsExactly(
                                "shop1.order_0" + GONE, "shop1.order_1" + GONE,
                                "shop2.order_2" + APPLIED, "shop2.order_3" + GONE);
                Said moved = shop.command("explain-row", "--table", table, "--key", "{\"id\":1}");
                assertThat(moved.out())
                        .contains("target    " + shop.newTable("shop2", "order_2") + "\n")
                        .contains("target    " + shop.newTable("shop1", "order_1") + " (not its place)\n");

                shop.old(
                        "UPDATE t_order SET user_id = 6, note = 'much too long' WHERE id = 5",
                        "UPDATE t_order SET user_id = 3, note = 'much too long' WHERE id = 2",
                        "INSERT INTO t_order VALUES (9, 4, 'd', 'n'), (10, NULL, 'x', 'n')");
                shop.awaitWaiting(
                        second + "{\"id\":\"5\"} parked",
                        second + "{\"id\":\"2\"} parked",
                        first + "{\"id\":\"9\"} held",
                        first + "{\"id\":\"10\"} parked");
                assertThat(places(shop)).containsExactly("0:4", "1:5", "2:1", "2:2");
                assertThat(shop.status(table).path("parked").asInt()).isEqualTo(3);
                assertThat(shop.status(table).path("held").asInt()).isEqualTo(1);
                assertThat(shop.command("parked", "list").out())
                        .contains(shop.newTable("shop1", "order"), shop.newTable("shop2", "order"));
                requireWaitingRowsAreExplained(shop);
                requireOneIsTriedAgain(shop, second);
                requireOneIsDropped(shop, second);

                shop.old("UPDATE t_order SET code = 'dd' WHERE id = 4"); // what row 9 waits for
                shop.awaitWaiting(first + "{\"id\":\"10\"} parked");
                assertThat(worker.isAlive()).isTrue();
            }
            shop.edit("MOD(user_id, 4)", "MOD(COALESCE(user_id, 2), 4)");
            try (ChildJvm worker = shop.run()) {
                // what was put aside on one server belongs on the other one now, which does not take it at first
                shop.at("shop2", "ALTER TABLE NEW.order_2 ADD CHECK (order_id < 10)");
                Said refused = shop.command("parked", "retry", "--execute");
                assertThat(refused.code()).as(refused.text()).isEqualTo(21);
                assertThat(refused.out())
                        .contains("refused again", "MySQL error 3819", shop.newTable("shop2", "order"));
                shop.awaitWaiting(second + "{\"id\":\"10\"} parked");
                shop.at("shop2", "ALTER TABLE NEW.order_2 DROP CHECK order_2_chk_1");
                Said written = shop.command("parked", "retry", "--execute");
                assertThat(written.code()).as(written.text()).isZero();
                assertThat(places(shop)).containsExactly("0:4", "0:9", "2:1", "2:5", "2:10", "3:2");
                shop.awaitCaughtUp();
                assertThat(shop.waiting()).isEmpty();
                assertThat(worker.isAlive()).isTrue();
            }
        }
    }

    private static void requireWaitingRowsAreExplained(SpreadShop shop) throws Exception {
        assertThat(shop.verdict(shop.table(), 5))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("shop1.order_0" + NO_ROW),
                        line -> assertThat(line)
                                .isEqualTo("shop1.order_1: the row stays as it was for as long as the newest change"
                                        + " waits: shop2.order_2"),
                        line -> assertThat(line)
                                .startsWith("shop2.order_2: the newest change is parked: MySQL error 1406"),
                        line -> assertThat(line).isEqualTo("shop2.order_3" + NO_ROW));
        assertThat(shop.verdict(shop.table(), 10))
                .containsExactly(
                        "shop1.order_0: the newest change is parked: shard of the row is NULL",
                        "shop1.order_1" + NO_ROW,
                        "shop2.order_2" + NO_ROW,
                        "shop2.order_3" + NO_ROW);
        Said held = shop.command("explain-row", "--table", shop.table(), "--key", "{\"id\":9}");
        assertThat(held.out()).containsOnlyOnce("  waits      held");
        Said show = shop.command("parked", "show", "--key", "{\"id\":5}");
        assertThat(show.out())
                .containsOnlyOnce("key      {\"id\":\"5\"}")
                .contains("target   " + shop.newTable("shop2", "order"), "much too long");
    }

    private static void requireOneIsTriedAgain(SpreadShop shop, String second) throws Exception {
        List<String> before = shop.waiting();
        Said dry = shop.command("parked", "retry");
        assertThat(dry.out().lines().filter(line -> line.contains("would be tried again")))
                .hasSize(3);
        assertThat(shop.waiting()).isEqualTo(before);
        shop.at("shop2", "ALTER TABLE NEW.order_2 MODIFY note VARCHAR(20)");
        Said retry = shop.command("parked", "retry", "--key", "{\"id\":5}", "--execute");
        assertThat(retry.code()).as(retry.text()).isZero();
        assertThat(retry.out()).containsOnlyOnce("written, or superseded");
        assertThat(places(shop)).as("5 has moved").containsExactly("0:4", "2:1", "2:2", "2:5");
        List<String> after = new ArrayList<>(before);
        after.remove(second + "{\"id\":\"5\"} parked");
        assertThat(shop.waiting()).isEqualTo(after);
        Said refused = shop.command("parked", "retry", "--key", "{\"id\":10}", "--execute");
        assertThat(refused.code()).as(refused.text()).isEqualTo(21);
        assertThat(refused.out()).contains("refused again", "shard of the row is NULL");
    }

    private static void requireOneIsDropped(SpreadShop shop, String second) throws Exception {
        List<String> before = shop.waiting();
        String[] drop = {"parked", "drop", "--key", "{\"id\":2}"};
        assertThat(shop.command(drop).out()).containsOnlyOnce("would be dropped");
        assertThat(shop.waiting()).isEqualTo(before);
        Said done = shop.command("parked", "drop", "--key", "{\"id\":2}", "--execute");
        assertThat(done.code()).as(done.text()).isZero();
        List<String> after = new ArrayList<>(before);
        after.remove(second + "{\"id\":\"2\"} parked");
        assertThat(shop.waiting()).isEqualTo(after);
        assertThat(shop.command(drop).code()).as("it waits no more").isEqualTo(2);
        assertThat(places(shop)).as("2 stays where it was").contains("2:2").doesNotContain("3:2");
        assertThat(shop.verdict(shop.table(), 2)).contains("shop2.order_2" + PASSED, "shop2.order_3" + PASSED);

        shop.at("shop2", "ALTER TABLE NEW.order_3 MODIFY note VARCHAR(20)");
        Said refresh = shop.command("refresh", "--table", shop.table(), "--keys", "id=2", "--execute");
        assertThat(refresh.code()).as(refresh.text()).isZero();
        eventually(LIMIT, "2 has moved", () -> places(shop).contains("3:2"));
        eventually(LIMIT, "2 is gone", () -> !places(shop).contains("2:2"));
    }

    @Test
    void replay_counts_andBringsBackOnlyWhatIsMissing_andStopsNameTheirServer() throws Exception {
        try (SpreadShop shop = shards()) {
            String table = shop.table();
            String[] replay = {"replay", "--table", table, "--to-earliest"};
            try (ChildJvm worker = shop.run()) {
                shop.awaitCaughtUp();
                shop.old("UPDATE t_order SET user_id = 2 WHERE id = 1", "DELETE FROM t_order WHERE id = 5");
                shop.awaitCaughtUp();
                JsonNode dry = shop.json(replay);
                assertThat(dry.path("partitions"))
                        .extracting(line -> line.path("target").asText()
                                + line.path("partition").asInt())
                        .containsExactly("shop10", "shop11", "shop20", "shop21");
                assertThat(dry.at("/effect/keys").asInt()).isEqualTo(4);
                assertThat(dry.at("/effect/news").asInt()).isZero();

                shop.at("shop2", "DELETE FROM NEW.order_2 WHERE order_id = 1");
                assertThat(shop.verdict(table, 1)).contains("shop2.order_2" + PASSED, "shop1.order_1" + GONE);
                shop.at("shop1", "INSERT INTO NEW.order_0 (order_id, user_id) VALUES (1, 1), (2, 2), (5, 5)");
                assertThat(shop.json(replay).at("/effect/news").asInt())
                        .as("1 is missing, and 2 and 5 are where they do not belong")
                        .isEqualTo(3);
                Said done = shop.command("replay", "--table", table, "--to-earliest", "--execute");
                assertThat(done.code()).as(done.text()).isZero();
                eventually(
                        LIMIT, () -> places(shop).toString(), () -> places(shop).equals(List.of("0:4", "2:1", "2:2")));
                shop.awaitCaughtUp();
                assertThat(shop.json(replay).at("/effect/news").asInt()).isZero();

                requirePacedOnBothServers(shop);

                shop.at("shop2", "ALTER TABLE NEW.order_3 DROP COLUMN note");
                shop.old("UPDATE t_order SET user_id = 3 WHERE id = 1");
                assertThat(worker.exitCode(LIMIT)).as(worker.log()).isEqualTo(17);
                assertThat(shop.status(table).at("/stop/place").asText()).isEqualTo(shop.newTable("shop2", "order_3"));
            }
            shop.at(
                    "shop2",
                    "ALTER TABLE NEW.order_3 ADD COLUMN note VARCHAR(8)",
                    "UPDATE changeover.progress SET topic_id = 'another' WHERE feed = '" + shop.feed("order")
                            + "' AND `partition` = 1");
            try (ChildJvm worker = shop.run()) {
                assertThat(worker.exitCode(LIMIT)).as(worker.log()).isEqualTo(19);
                assertThat(shop.status(table).at("/stop/place").asText()).isEqualTo(shop.topic() + "-1 on shop2");
            }
            JsonNode other = shop.json(replay);
            assertThat(other.path("partitions"))
                    .extracting(line -> line.path("state").asText())
                    .containsExactly("open", "open", "open", "other topic");
            assertThat(shop.command("replay", "--table", table, "--to-earliest", "--execute")
                            .code())
                    .isZero();
            try (ChildJvm worker = shop.run()) {
                eventually(
                        LIMIT, () -> places(shop).toString(), () -> places(shop).equals(List.of("0:4", "2:2", "3:1")));
                shop.awaitCaughtUp();
                assertThat(worker.isAlive()).isTrue();
            }
        }
    }

    private static void requirePacedOnBothServers(SpreadShop shop) throws Exception {
        String noted = "SELECT COALESCE(MAX(rows_per_second), 0) FROM changeover.control WHERE feed = '"
                + shop.feed("order") + "'";
        String[] of = {"--table", shop.table(), "--only", "apply"};
        assertThat(shop.command(with("throttle --rows-per-second 0", of)).code())
                .isEqualTo(2);
        assertThat(shop.value("shop1", noted)).as("refused, so not noted").isEqualTo("0");
        assertThat(shop.command(with("throttle --rows-per-second 700", of)).out())
                .isEqualTo(shop.table() + ": throttle to 700 rows/s (apply) done\n");
        assertThat(List.of(shop.value("shop1", noted), shop.value("shop2", noted)))
                .containsExactly("700", "700");
        assertThat(shop.command(with("throttle --off", of)).code()).isZero();
        assertThat(shop.command(with("pause", of)).out()).isEqualTo(shop.table() + ": pause (apply) done\n");
        int last = insertUntilBehind(shop, shop.table());
        assertThat(shop.verdict(shop.table(), last)).hasSize(4).allMatch(line -> line.contains(BEHIND));
        assertThat(shop.status(shop.table()).path("phase").asText()).isEqualTo("paused");
        assertThat(shop.command(with("resume", of)).code()).isZero();
        shop.awaitCaughtUp();
        assertThat(places(shop)).contains("1:" + last);
        shop.old("DELETE FROM t_order WHERE id >= 100");
        shop.awaitCaughtUp();
    }

    /** Inserts rows until apply, which may take a second to obey, leaves one unapplied; returns its id. */
    private static int insertUntilBehind(SpreadShop shop, String label) throws Exception {
        int[] id = {99};
        eventually(LIMIT, label + " is behind", () -> {
            id[0]++;
            shop.old("INSERT INTO t_order VALUES (" + id[0] + ", 1, 'x" + id[0] + "', 'new')");
            String[] state = {""};
            eventually(LIMIT, "a message of " + id[0], () -> {
                state[0] = shop.verdict(label, id[0]).toString();
                return !state[0].contains("no message of the key");
            });
            return state[0].contains(BEHIND)
                    && shop.verdict(label, id[0]).toString().equals(state[0]);
        });
        return id[0];
    }

    private static String[] with(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @Test
    void partsOfASplitTable_areNamedListedSteeredAndReplayedEachByItself() throws Exception {
        try (SpreadShop shop = new SpreadShop(servers, folder, SPLIT)) {
            shop.at("shop1", "CREATE TABLE NEW.orders (id INT PRIMARY KEY, user_id INT, code VARCHAR(10) UNIQUE)");
            shop.at("shop2", "CREATE TABLE NEW.order_note (order_id INT PRIMARY KEY, note VARCHAR(8) NOT NULL)");
            shop.old("INSERT INTO t_order VALUES (1, 7, 'a', 'short'), (2, 8, 'b', 'fits'), (3, 9, 'c', NULL)");
            shop.prepare();
            try (ChildJvm worker = shop.run()) {
                shop.awaitCaughtUp();
                assertThat(shop.json("status").path("tables"))
                        .extracting(line -> line.path("table").asText()
                                + " " + line.path("target").asText()
                                + " " + line.path("phase").asText())
                        .containsExactly(
                                shop.table() + " " + shop.newTable("shop1", "orders") + " in step",
                                shop.table() + "/notes " + shop.newTable("shop2", "order_note") + " in step");
                assertThat(shop.verdict(shop.table(), 3)).containsExactly("shop1.orders" + APPLIED);
                assertThat(shop.verdict(shop.table() + "/notes", 3)).containsExactly("shop2.order_note" + GONE);
                requirePartIsSteeredAlone(shop);
                requireImagesOfPartsAreTwo(shop);
                requirePartIsReplayedAlone(shop);
                assertThat(worker.isAlive()).isTrue();
            }
        }
    }

    private static void requirePartIsSteeredAlone(SpreadShop shop) throws Exception {
        String notes = shop.table() + "/notes";
        assertThat(shop.command("pause", "--table", notes).out())
                .as("the old table is read for both")
                .isEqualTo(notes + ": pause (apply) done\n" + shop.table() + ": pause (backfill) done\n");
        assertThat(shop.command("throttle", "--table", notes, "--only", "apply", "--rows-per-second", "900")
                        .code())
                .isZero();
        int last = insertUntilBehind(shop, notes);
        List<String> behind = shop.verdict(notes, last);
        shop.old("INSERT INTO t_order VALUES (4, 1, 'd', 'four')");
        for (int id : new int[] {last, 4}) {
            eventually(
                    LIMIT,
                    () -> shop.verdict(shop.table(), id).toString(),
                    () -> shop.verdict(shop.table(), id).equals(List.of("shop1.orders" + APPLIED)));
        }
        assertThat(shop.verdict(notes, last)).as("stands still").isEqualTo(behind);
        JsonNode main = shop.status(shop.table());
        JsonNode part = shop.status(notes);
        assertThat(List.of(main.path("phase").asText(), part.path("phase").asText()))
                .containsExactly("in step", "paused");
        assertThat(part.at("/applies/rowsPerSecond").asInt()).isEqualTo(900);
        assertThat(main.at("/applies/rowsPerSecond").isNull()).isTrue();
        assertThat(part.path("lagRecords").asInt()).isPositive();
        assertThat(shop.command("resume", "--table", notes).code()).isZero();
        assertThat(shop.command("throttle", "--table", notes, "--only", "apply", "--off")
                        .code())
                .isZero();
        shop.old("DELETE FROM t_order WHERE id >= 100");
        shop.awaitCaughtUp();
        assertThat(shop.rows("shop2", "SELECT order_id FROM NEW.order_note"))
                .containsExactly(List.of("1"), List.of("2"), List.of("4"));
    }

    private static void requireImagesOfPartsAreTwo(SpreadShop shop) throws Exception {
        String notes = shop.table() + "/notes";
        shop.old("INSERT INTO t_order VALUES (5, 1, 'a', 'much too long'), (6, 1, 'f', 'much too long')");
        String five = "{\"id\":\"5\"}";
        String held = shop.table() + " " + shop.newTable("shop1", "orders") + " " + five + " held";
        String parked = notes + " " + shop.newTable("shop2", "order_note") + " ";
        shop.awaitWaiting(held, parked + five + " parked", parked + "{\"id\":\"6\"} parked");
        assertThat(shop.waiting("--table", notes)).hasSize(2).doesNotContain(held);
        assertThat(shop.waiting("--table", shop.table())).as("all its parts").hasSize(3);
        assertThat(shop.status(shop.table()).path("parked").asInt()).isZero();
        assertThat(shop.status(shop.table()).path("held").asInt()).isEqualTo(1);
        assertThat(shop.status(notes).path("parked").asInt()).isEqualTo(2);
        assertThat(shop.verdict(shop.table(), 5))
                .singleElement()
                .asString()
                .startsWith("shop1.orders: the newest change is held");
        assertThat(shop.command("parked", "show", "--key", five).out())
                .contains("table    " + shop.table() + "\n", "table    " + notes + "\n");

        Said both = shop.command("parked", "drop", "--key", five, "--execute");
        assertThat(both.code()).as(both.text()).isEqualTo(2);
        assertThat(both.text()).contains(shop.table() + ", " + notes);
        assertThat(shop.waiting()).hasSize(3);
        Said one = shop.command("parked", "drop", "--table", notes, "--key", five, "--execute");
        assertThat(one.code()).as(one.text()).isZero();
        assertThat(shop.waiting()).containsExactlyInAnyOrder(held, parked + "{\"id\":\"6\"} parked");

        shop.at("shop2", "ALTER TABLE NEW.order_note MODIFY note VARCHAR(20) NOT NULL");
        Said retry = shop.command("parked", "retry", "--table", notes, "--execute");
        assertThat(retry.code()).as(retry.text()).isZero();
        assertThat(shop.waiting()).containsExactly(held);
        assertThat(shop.rows("shop2", "SELECT order_id FROM NEW.order_note"))
                .containsExactly(List.of("1"), List.of("2"), List.of("4"), List.of("6"));
    }

    /** Row 5 was dropped of one part, and is held in the other. */
    private static void requirePartIsReplayedAlone(SpreadShop shop) throws Exception {
        String notes = shop.table() + "/notes";
        String progress = "SELECT `partition`, next_offset, epoch FROM changeover.progress WHERE feed = '"
                + shop.feed("orders") + "' ORDER BY `partition`";
        List<List<String>> before = shop.rows("shop1", progress);
        assertThat(before).hasSize(2);
        JsonNode main = shop.json("replay", "--table", shop.table(), "--to-earliest");
        assertThat(main.at("/effect/news").asInt()).isZero();
        assertThat(main.path("partitions"))
                .extracting(line -> line.path("target").asText())
                .containsExactly("shop1", "shop1");
        JsonNode dry = shop.json("replay", "--table", notes, "--to-earliest");
        assertThat(dry.path("table").asText()).isEqualTo(notes);
        assertThat(dry.path("partitions"))
                .extracting(line -> line.path("target").asText())
                .containsExactly("shop2", "shop2");
        assertThat(dry.at("/effect/news").asInt()).as("row 5").isEqualTo(1);
        assertThat(shop.verdict(notes, 5)).containsExactly("shop2.order_note" + PASSED);
        assertThat(shop.command("replay", "--table", notes, "--to-earliest", "--execute")
                        .code())
                .isZero();
        eventually(
                LIMIT,
                () -> shop.verdict(notes, 5).toString(),
                () -> shop.verdict(notes, 5).equals(List.of("shop2.order_note" + APPLIED)));
        assertThat(shop.rows("shop1", progress)).isEqualTo(before);
        shop.old("UPDATE t_order SET code = 'aa' WHERE id = 1"); // what row 5 waits for
        shop.awaitCaughtUp();
        assertThat(shop.rows("shop1", "SELECT id FROM NEW.orders ORDER BY id")).hasSize(6);
    }
}
