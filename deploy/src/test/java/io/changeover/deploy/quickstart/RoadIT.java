package io.changeover.deploy.quickstart;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.command.ChangeoverCommand;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.deploy.sample.LegacyRows;
import io.changeover.deploy.sample.LiveWriter;
import io.changeover.reconcile.CompareProgress;
import io.changeover.reconcile.FullCompare;
import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.TableComparison;
import io.changeover.transport.definition.PipelineDefinition;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole road as an operator walks it, each step with the command: check, plan, prepare, work, status, wait, compare,
 * refresh. The old database is being written to from before the first step to the last wait (DrainMeansEqual).
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RoadIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static QuickstartServers servers;
    private static PipelineDefinition pipeline;
    private static LiveWriter writer;
    private static WorkerGroup workers;

    /** What a command said. */
    private record Said(int code, String out, String err) {}

    private static Said changeover(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-c", folder.resolve("pipeline.yaml").toString()));
        int code = ChangeoverCommand.line(new PrintWriter(out), new PrintWriter(err))
                .execute(line.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    @BeforeAll
    static void oldShopIsOpen() throws SQLException {
        servers = new QuickstartServers();
        servers.await();
        QuickstartPipeline setup = new QuickstartPipeline(servers);
        setup.createLegacy(new LegacyRows(8_000));
        setup.createShop();
        pipeline = setup.definition();
        setup.write(folder.resolve("pipeline.yaml"));
        writer = new LiveWriter(servers.primary().connect(), 7, 100);
        writer.start();
        workers = new WorkerGroup(List.of(new Capture(CaptureSettings.of(pipeline, "legacy")), new Apply(pipeline)));
    }

    @AfterAll
    static void close() throws SQLException {
        workers.close();
        writer.close();
        servers.close();
    }

    private static void awaitReplica() {
        servers.replica().awaitExecuted(servers.primary().gtidExecuted(), Duration.ofMinutes(1));
    }

    private static List<TableComparison> compare() throws SQLException {
        return new FullCompare(new PipelineServers(pipeline), CompareProgress.SILENT).compare(pipeline);
    }

    @Test
    @Order(1)
    void check_withoutAccounts_isDenied_andGrantsSaysWhatIsNeeded() {
        assertThat(changeover("check").code()).isEqualTo(12);

        Said grants = changeover("grants");

        assertThat(grants.out()).contains("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'capture'@'%';");
        assertThat(grants.err()).contains("legacy: cannot look at the grants");
    }

    @Test
    @Order(2)
    void check_withExactlyTheGrants_isReady() throws SQLException {
        new QuickstartPipeline(servers).createAccounts(pipeline);
        awaitReplica();

        Said check = changeover("check");

        assertThat(check.err()).isEmpty();
        assertThat(check.out()).endsWith("ready\n");
        assertThat(check.code()).isZero();
        assertThat(changeover("grants").code()).isZero();
    }

    @Test
    @Order(3)
    void plan_showsTheMapping_andPrepareDoesNothingWithoutExecute() {
        Said plan = changeover("plan");
        assertThat(plan.code()).isZero();
        assertThat(plan.out())
                .contains("amount_cents", "ROUND(amount * 100)", "to be created", "CREATE DATABASE IF NOT EXISTS");

        assertThat(changeover("prepare").out()).startsWith("would be done with --execute:");
        assertThat(changeover("prepare").out()).startsWith("would be done with --execute:");
        assertThat(changeover("prepare", "--execute").out()).startsWith("done:");
        assertThat(changeover("prepare").out()).startsWith("everything is there");
        assertThat(servers.shop().rows("SELECT * FROM shop.customer")).isEmpty();
    }

    @Test
    @Order(3)
    void schema_describesEachTopic() throws Exception {
        Said all = changeover("schema");
        assertThat(all.code()).isZero();
        String topic = pipeline.name() + ".legacy.trade.t_order";
        JsonNode orders = JSON.readTree(all.out()).path(topic);
        assertThat(orders.at("/$defs/key/properties/id/type").asText()).isEqualTo("string");
        assertThat(JSON.readTree(all.out()).path(pipeline.name() + ".legacy.ddl"))
                .isNotEmpty();
        assertThat(JSON.readTree(
                        changeover("schema", "--table", "legacy.trade.t_order").out()))
                .isEqualTo(orders);
        Path schemas = folder.resolve("schemas");
        assertThat(changeover("schema", "--dir", schemas.toString()).code()).isZero();
        assertThat(JSON.readTree(schemas.resolve(topic + ".schema.json").toFile()))
                .isEqualTo(orders);
        assertThat(changeover("schema", "--table", "legacy.trade.t_ordr").code())
                .isEqualTo(10);
    }

    @Test
    @Order(4)
    void wait_beforeAnybodyWorks_saysWhatIsMissing() throws Exception {
        Said wait = changeover("wait", "--for", "caught-up", "--timeout", "1s");
        assertThat(wait.code()).isEqualTo(21);
        assertThat(wait.out()).contains("not caught-up", "transactions are not published");

        JsonNode status = JSON.readTree(changeover("status", "-o", "json").out());
        assertThat(status.at("/sources/0/phase").asText()).isEqualTo("not started");
        assertThat(status.path("next").asText()).startsWith("start the capture");

        Said pause = changeover("pause", "--timeout", "1s");
        assertThat(pause.out()).isEqualTo("shop: pause (apply) done\nlegacy: pause (backfill) not answered\n");
        assertThat(pause.code()).isEqualTo(13);
    }

    @Test
    @Order(5)
    void underLoad_everythingThatWasCommittedArrives() throws Exception {
        workers = new WorkerGroup(List.of(new Capture(CaptureSettings.of(pipeline, "legacy")), new Apply(pipeline)));
        workers.start();

        // the pause of before holds from the first row on
        assertThat(changeover("throttle", "--table", "legacy.trade.t_order", "--rows-per-second", "100000")
                        .out())
                .contains(
                        "legacy.trade.t_order: throttle to 100000 rows/s (apply) done",
                        "legacy.trade.t_order: throttle to 100000 rows/s (backfill) done");
        JsonNode paused = JSON.readTree(changeover("status", "-o", "json").out());
        assertThat(paused.path("tables")).hasSize(3).allSatisfy(table -> {
            assertThat(table.path("backfilled").asLong()).isZero();
            assertThat(table.at("/reads/pausedBy").asText()).isEqualTo(System.getProperty("user.name"));
            assertThat(table.at("/applies/pausedBy").asText()).isEqualTo(System.getProperty("user.name"));
            assertThat(table.path("phase").asText()).isEqualTo("paused");
            assertThat(table.path("applied").asLong()).isZero();
        });
        assertThat(paused.path("next").asText()).isEqualTo("let the apply go on: `changeover resume`");
        Said resume = changeover("resume", "-o", "json");
        assertThat(JSON.readTree(resume.out()).at("/answers/0/state").asText()).isEqualTo("done");
        assertThat(resume.code()).isZero();

        Said wait = changeover("wait", "--for", "caught-up", "--timeout", "180s");
        assertThat(wait.out()).isEqualTo("caught-up\n");
        assertThat(wait.code()).isZero();

        JsonNode status = JSON.readTree(changeover("status", "-o", "json").out());
        assertThat(status.path("tables")).hasSize(3).allSatisfy(table -> {
            assertThat(table.path("applied").asLong()).isPositive();
            assertThat(table.path("phase").asText()).isIn("in step", "catching up");
        });
    }

    @Test
    @Order(6)
    void afterTheLastWrite_bothSidesAreEqual() throws SQLException {
        writer.stop();
        awaitReplica();
        assertThat(changeover("wait", "--for", "caught-up").code()).isZero();

        assertThat(writer.rowChanges()).isPositive();
        assertThat(compare()).hasSize(3).allSatisfy(table -> {
            assertThat(table.samples()).isEmpty();
            assertThat(table.differences()).isZero();
            assertThat(table.targetRows()).isPositive().isEqualTo(table.sourceRows());
        });
    }

    @Test
    @Order(7)
    void rowsThatWereHarmed_areFound_andRefreshMendsThem() throws SQLException {
        String one = servers.shop().value("SELECT MIN(order_id) FROM shop.`order`");
        String other = servers.shop().value("SELECT MAX(order_id) FROM shop.`order`");
        servers.shop()
                .execute(
                        "UPDATE shop.`order` SET amount_cents = amount_cents + 1 WHERE order_id = " + one,
                        "DELETE FROM shop.`order` WHERE order_id = " + other);
        assertThat(compare())
                .flatExtracting(TableComparison::samples)
                .extracting(Mismatch::kind)
                .containsExactlyInAnyOrder(Mismatch.Kind.DIFFERENT, Mismatch.Kind.MISSING);

        Said dry = changeover(
                "refresh", "--table", "legacy.trade.t_order", "--where", "id IN (" + one + "," + other + ")");
        assertThat(dry.out()).isEqualTo("legacy.trade.t_order: dry run, 2 rows\n");
        Said done = changeover(
                "refresh", "--table", "legacy.trade.t_order", "--keys", "id=" + one + ";id=" + other, "--execute");
        assertThat(done.err()).isEmpty();
        assertThat(done.out()).startsWith("legacy.trade.t_order: done, 2 rows");
        assertThat(changeover("wait", "--for", "caught-up").code()).isZero();

        assertThat(compare()).allSatisfy(table -> assertThat(table.samples()).isEmpty());
    }

    @Test
    @Order(7)
    void pausedTable_standsStill_whileTheOthersGoOn() throws Exception {
        String[] order = {"--table", "legacy.trade.t_order", "--only", "apply"};
        assertThat(changeover(with(new String[] {"pause"}, order)).out())
                .isEqualTo("legacy.trade.t_order: pause (apply) done\n");
        eventually(
                Duration.ofSeconds(30),
                "apply is paused",
                () -> workers.workers().stream()
                        .anyMatch(worker -> worker.status().phase().equals("applying 2 of 3 tables")));
        servers.primary()
                .execute(
                        "UPDATE trade.t_order SET remark = 'while paused' WHERE is_test = 0 ORDER BY id LIMIT 1",
                        "UPDATE trade.t_user SET nick = 'others go on' ORDER BY id LIMIT 1");
        eventually(
                Duration.ofSeconds(30),
                "customer",
                () -> servers.shop()
                        .value("SELECT COUNT(*) FROM shop.customer WHERE display_name = 'others go on'")
                        .equals("1"));
        String id = servers.primary().value("SELECT id FROM trade.t_order WHERE remark = 'while paused'");
        String[] explain = {"explain-row", "--table", "legacy.trade.t_order", "--key", "{\"id\": " + id + "}"};
        eventually(
                Duration.ofSeconds(30),
                "the message",
                () -> changeover(explain).out().contains(" records before the"));
        Said waits = changeover(explain);
        assertThat(waits.out()).contains("source    row exists", "UPDATE", "remark=while paused");
        JsonNode status = JSON.readTree(changeover("status", "-o", "json").out());
        for (JsonNode table : status.path("tables")) {
            boolean paused = table.path("table").asText().endsWith("t_order");
            assertThat(table.path("phase").asText().equals("paused")).isEqualTo(paused);
            if (paused) {
                eventually(
                        Duration.ofSeconds(30),
                        "lag",
                        () -> JSON.readTree(changeover("status", "-o", "json").out()).findValues("lagRecords").stream()
                                .anyMatch(lag -> lag.asLong() > 0));
                assertThat(table.path("waitsFor").asText()).contains("resume", System.getProperty("user.name"));
            }
        }
        String written = "SELECT COUNT(*) FROM shop.`order` WHERE remark = 'while paused'";
        assertThat(servers.shop().value(written)).isEqualTo("0");
        assertThat(changeover(with(new String[] {"resume"}, order)).code()).isZero();
        assertThat(changeover("wait", "--for", "caught-up").code()).isZero();
        assertThat(servers.shop().value(written)).isEqualTo("1");
        assertThat(changeover(explain).out()).endsWith("=> shop.shop.order: the newest change is applied\n");
        explain[4] = "{\"id\": 987654321}";
        assertThat(changeover(explain).out()).contains("source    no row", "=> the topic has no message of the key");
        explain[4] = "{\"no\": 1}";
        assertThat(changeover(explain).code()).isEqualTo(2);
        assertThat(compare()).allSatisfy(table -> assertThat(table.samples()).isEmpty());
    }

    /** ReplayHarmless, on a live target: not a byte of it changes. */
    @Test
    @Order(8)
    void replayOfTheWholeTopic_changesNoRow_andNoClosedPartition() throws Exception {
        String[] table = {"replay", "--table", "legacy.trade.t_order"};
        String checksum = "CHECKSUM TABLE shop.`order`";
        String versions = "SELECT SUM(CRC32(CONCAT(order_id, HEX(changeover_version)))) FROM shop.`order`";
        List<List<String>> before = servers.shop().rows(checksum);
        String versionsBefore = servers.shop().value(versions);

        JsonNode dry = JSON.readTree(
                changeover(with(table, "--to-earliest", "-o", "json")).out());
        assertThat(dry.path("state").asText()).isEqualTo("dry run");
        assertThat(dry.path("partitions"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.path("to").asLong()).isZero());
        assertThat(dry.at("/effect/messages").asLong()).isGreaterThan(2_000);
        assertThat(dry.at("/effect/keys").asLong())
                .isBetween(2_000L, dry.at("/effect/messages").asLong());
        assertThat(dry.at("/effect/news").asLong()).isZero();

        // a row that was set back by hand is one that the replay would bring forward
        String last = servers.shop().value("SELECT MAX(order_id) FROM shop.`order`");
        String version =
                servers.shop().value("SELECT HEX(changeover_version) FROM shop.`order` WHERE order_id = " + last);
        servers.shop()
                .execute("UPDATE shop.`order` SET amount_cents = -1, changeover_version = CONCAT(UNHEX('"
                        + version.substring(0, 8) + "'), UNHEX(REPEAT('0', 24))) WHERE order_id = " + last);
        Said one = changeover(with(table, "--to-earliest"));
        assertThat(one.out()).contains(" keys; 1 rows would change\n");

        Said done = changeover(with(table, "--to-earliest", "--execute"));
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(changeover("wait", "--for", "caught-up").code()).isZero();
        assertThat(servers.shop().rows(checksum)).isEqualTo(before);
        assertThat(servers.shop().value(versions)).isEqualTo(versionsBefore);

        Said nowhere = changeover(with(table, "--to-offset", "99999999"));
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("offset 99999999 is not in the topic");
        Said recent = changeover(with(table, "--by-duration", "PT0.001S", "--partitions", "0"));
        assertThat(recent.code()).isZero();
        assertThat(changeover(with(table, "--shift-by", "-1")).out()).contains("dry run");
        servers.shop().execute("UPDATE changeover.progress SET state = 'closed' WHERE feed LIKE '%t_order>%'");
        try {
            Said closed = changeover(with(table, "--to-earliest", "--execute"));
            assertThat(closed.code()).isEqualTo(2);
            assertThat(closed.err()).contains("a cutover has closed the partition");
        } finally {
            servers.shop().execute("UPDATE changeover.progress SET state = 'open' WHERE feed LIKE '%t_order>%'");
        }
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    @Order(9)
    void mistakes_areSaidInOneLine_withTheirCodes() {
        assertThat(changeover("refresh", "--table", "legacy.trade.t_ordr", "--where", "1")
                        .code())
                .isEqualTo(10);
        Said unknown = changeover("pause", "--table", "legacy.trade.t_ordr");
        assertThat(unknown.code()).isEqualTo(10);
        assertThat(unknown.err()).contains("did you mean", "legacy.trade.t_order");
        assertThat(changeover("throttle").code()).isEqualTo(2);
        assertThat(changeover("throttle", "--rows-per-second", "0").code()).isEqualTo(2);
        assertThat(changeover("no-such-command").code()).isEqualTo(2);
        assertThat(changeover("wait").code()).isEqualTo(2);
        Said where = changeover("refresh", "--table", "legacy.trade.t_order", "--where", "no_such_column = 1");
        assertThat(where.code()).isEqualTo(10);
        assertThat(where.err()).doesNotContain("\tat ");
    }
}
