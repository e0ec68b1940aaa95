package io.changeover.deploy.fault;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.capture.backfill.BackfillMark;
import io.changeover.deploy.Main;
import io.changeover.embedded.EmbeddedKafka;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once, as a consumer sees it: captures killed at random moments while they read old rows, take over, or
 * stream; a table that joins late, one that is left and readmitted; DDL, a swap of tables, a large transaction; the source
 * crashes, is read at its replica, and fails over to it. Each change comes once and in order, and each topic alone makes its
 * table.
 */
@Tag("fault")
@Timeout(1800)
class ConsumerFaultIT {

    /** At least 10. */
    private static final int KILLS = Integer.getInteger("kills", 50);

    private static final long SEED = Long.getLong("seed", 20260202);
    private static final Duration SOON = Duration.ofMinutes(3);

    /** Tables by key column. */
    private static final Map<String, String> TABLES =
            new TreeMap<>(Map.of("orders", "id", "pairs", "code", "rebuilt", "id", "cut", "id", "big", "id"));

    private static final String YAML = """
            pipeline: all
            kafka: { bootstrap.servers: "%s", session.timeout.ms: 2500 }
            topics: { partitions: 3, replication: 1 }
            sources:
              legacy:
                host: 127.0.0.1
                port: %d
                user: root
                password: ""
                tls: disabled
                backfill: { readers: 3, chunkRows: 300, maxStreamLag: off }
            targets:
              shop: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled }
            tables:
            """;

    private final Deque<ChildJvm> captures = new ArrayDeque<>();
    private final Deque<ChildJvm> readmission = new ArrayDeque<>();
    private Path file = Path.of("");
    private int started;
    private int kills;
    private int replaced;

    @Test
    void consumerSeesEachChangeOnce_whateverHappens(@TempDir Path folder) throws Exception {
        file = folder.resolve("pipeline.yaml");
        Random random = new Random(SEED);
        try (EmbeddedKafka kafka = EmbeddedKafka.builder()
                        .property("group.min.session.timeout.ms", "1000")
                        .start();
                TroubledSource source = new TroubledSource(SEED)) {
            Map<String, String> all = new TreeMap<>(TABLES);
            all.put("late", "id");
            define(kafka, source.primary(), all);
            assertThat(command("prepare", "--execute")).isZero();
            define(kafka, source.primary(), TABLES);
            // the signal waits for the captures; old rows are to be read for so long that many kills meet it
            command("throttle", "--rows-per-second", "2000", "--timeout", "10s");
            List<String> topics =
                    all.keySet().stream().map(ConsumerFaultIT::topic).toList();
            try (StrangeConsumer consumer =
                    new StrangeConsumer(kafka.bootstrapServers(), topics, Set.of(topic("cut")))) {
                startCapture();
                startCapture();
                awaitProgress(kafka); // a rebuild that began before is one of a table that nobody knows
                source.start();
                for (int round = 1; round <= KILLS; round++) {
                    if (round % 2 == 0) {
                        awaitProgress(kafka); // else some of those that start are killed before they publish
                    }
                    Thread.sleep(random.nextInt(2500));
                    switch (round % (KILLS / 10) == 0 ? round / (KILLS / 10) : 0) {
                        case 1 -> source.crash();
                        case 2 -> {
                            killAll();
                            define(kafka, source.primary(), all); // a table joins
                        }
                        case 3 -> source.writeMuch();
                        case 4 -> {
                            killAll();
                            source.replica().awaitExecuted(source.primary().gtidExecuted(), SOON);
                            define(kafka, source.replica(), all);
                        }
                        case 5 -> source.truncate();
                        case 7 -> source.failOver();
                        case 8 -> readmit(kafka);
                        default -> {}
                    }
                    killOne(random);
                    while (captures.size() < 2) {
                        startCapture();
                    }
                    System.out.printf("kills: %d; messages %s%n", kills, consumer.counts());
                    assertThat(consumer.violations()).isEmpty();
                }
                source.stop();
                assertThat(readmission.getFirst().exitCode(SOON))
                        .as(readmission.getFirst().log())
                        .isZero();
                assertThat(command("throttle", "--off", "--timeout", "60s")).isZero();
                assertThat(stops(kafka, all.keySet())).isEmpty();
                awaitBackfilled(kafka, all.keySet());
                awaitPublished(kafka, source.primary());
                awaitRead(kafka, topics, consumer);
                assertThat(consumer.violations()).isEmpty();
                for (Map.Entry<String, String> table : all.entrySet()) {
                    requireEqual(source.primary(), table.getKey(), table.getValue(), consumer);
                }
                System.out.printf(
                        "captures killed %d times, replaced %d times; %d transactions, %d statements; %d messages %s, %d of"
                                + " them wrong; timeline %d%n",
                        kills,
                        replaced,
                        source.transactions(),
                        source.statements(),
                        consumer.messages(),
                        consumer.counts(),
                        consumer.violations().size(),
                        position(kafka).orElseThrow().timeline().number());
            }
        } finally {
            captures.forEach(ChildJvm::close);
            readmission.forEach(ChildJvm::close);
        }
    }

    private static String topic(String table) {
        return "all.legacy.trade." + table;
    }

    private void define(EmbeddedKafka kafka, EmbeddedMySql server, Map<String, String> tables) throws IOException {
        StringBuilder yaml = new StringBuilder(YAML.formatted(kafka.bootstrapServers(), server.port(), server.port()));
        for (String table : tables.keySet()) {
            yaml.append("  - { source: legacy.trade.%s, target: shop.shop.%s }\n".formatted(table, table));
        }
        Files.writeString(file, yaml);
    }

    private int command(String... arguments) throws InterruptedException {
        try (ChildJvm child = child("command", arguments)) {
            return child.exitCode(SOON);
        }
    }

    private ChildJvm child(String name, String... arguments) {
        return ChildJvm.of(Main.class, file.resolveSibling(name + ".log"))
                .options("-XX:TieredStopAtLevel=1")
                .arguments("-c", file.toString())
                .arguments(arguments)
                .start();
    }

    private void startCapture() {
        captures.addLast(child("capture-" + started++, "capture", "--source", "legacy"));
    }

    /** The older one leads, mostly. */
    private void killOne(Random random) throws InterruptedException {
        if (!captures.isEmpty()) {
            kill(random.nextInt(5) == 0 ? captures.removeLast() : captures.removeFirst());
        }
    }

    private void killAll() throws InterruptedException {
        while (!captures.isEmpty()) {
            kill(captures.removeFirst());
        }
    }

    /** On a slow machine a capture may lose its session and be replaced; it must not end for another reason. */
    private void kill(ChildJvm capture) throws InterruptedException {
        if (!capture.isAlive()) {
            assertThat(capture.exitCode(SOON)).as(capture.log()).isEqualTo(16);
            replaced++;
            return;
        }
        capture.kill9();
        kills++;
    }

    /** Asks for it, and does not wait: the captures are killed meanwhile. */
    private void readmit(EmbeddedKafka kafka) throws Exception {
        TableName cut = new TableName("trade", "cut");
        eventually(
                SOON,
                "the table is left",
                () -> CaptureStop.of(progress(kafka).marks(), cut).isPresent());
        readmission.add(child("readmit", "readmit", "--table", "legacy.trade.cut", "--execute", "--timeout", "15m"));
    }

    private static List<CaptureStop> stops(EmbeddedKafka kafka, Set<String> tables) {
        Map<String, String> marks = progress(kafka).marks();
        return tables.stream()
                .flatMap(table -> CaptureStop.of(marks, new TableName("trade", table)).stream())
                .toList();
    }

    private static void awaitBackfilled(EmbeddedKafka kafka, Set<String> tables) throws Exception {
        eventually(Duration.ofMinutes(10), () -> "all rows read: " + progress(kafka), () -> {
            Map<String, String> marks = progress(kafka).marks();
            return tables.stream()
                    .map(table -> marks.get(Progress.backfillKey(new TableName("trade", table))))
                    .allMatch(mark -> mark != null && BackfillMark.parse(mark).state() == BackfillMark.State.DONE);
        });
    }

    private static Progress progress(EmbeddedKafka kafka) {
        return ProgressTopic.readLatest(
                Map.of("bootstrap.servers", kafka.bootstrapServers()), "all.legacy.progress", Duration.ofSeconds(30));
    }

    private static Optional<SourcePosition> position(EmbeddedKafka kafka) {
        return progress(kafka).position();
    }

    private void awaitProgress(EmbeddedKafka kafka) throws Exception {
        Optional<SourcePosition> before = position(kafka);
        eventually(SOON, () -> "progress\n" + captures.getFirst().log(), () -> {
            for (ChildJvm ended :
                    captures.stream().filter(capture -> !capture.isAlive()).toList()) {
                captures.remove(ended);
                kill(ended);
                startCapture();
            }
            return !position(kafka).equals(before);
        });
    }

    private static void awaitPublished(EmbeddedKafka kafka, EmbeddedMySql server) throws Exception {
        GtidSet executed = GtidSet.parse(server.gtidExecuted());
        eventually(
                Duration.ofMinutes(10),
                () -> "everything published: " + position(kafka) + " of " + executed,
                () -> position(kafka).orElseThrow().completed().containsAll(executed));
    }

    private static void awaitRead(EmbeddedKafka kafka, List<String> topics, StrangeConsumer consumer) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((topic, description) -> description
                            .partitions()
                            .forEach(partition ->
                                    asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
                    admin.listOffsets(asked).all().get();
            eventually(
                    SOON,
                    "everything read",
                    () -> ends.entrySet().stream()
                            .allMatch(end -> consumer.position(end.getKey())
                                    >= end.getValue().offset()));
        }
    }

    /** By the texts of the server; a column that was added after a row's last message has its default. */
    private static void requireEqual(EmbeddedMySql server, String table, String key, StrangeConsumer consumer) {
        List<List<@Nullable String>> columns = server.rows(
                "SELECT COLUMN_NAME, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'trade' AND"
                        + " TABLE_NAME = '" + table + "' ORDER BY ORDINAL_POSITION");
        int keyAt = columns.stream().map(column -> column.get(0)).toList().indexOf(key);
        Map<String, Map<String, @Nullable String>> rebuilt = consumer.rows(topic(table), key);
        Map<String, List<@Nullable String>> wrong = new TreeMap<>();
        int rows = 0;
        for (List<@Nullable String> row : server.rows("SELECT * FROM trade." + table)) {
            rows++;
            Map<String, @Nullable String> read = rebuilt.remove(String.valueOf(row.get(keyAt)));
            List<@Nullable String> values = new ArrayList<>();
            for (List<@Nullable String> column : columns) {
                String name = String.valueOf(column.get(0));
                values.add(read != null && read.containsKey(name) ? read.get(name) : column.get(1));
            }
            if (!values.equals(row) || read == null) {
                wrong.put(row + " is not " + read, row);
            }
        }
        assertThat(wrong.keySet())
                .as("rows of " + table + " that the topic tells otherwise")
                .isEmpty();
        if (!table.equals("cut")) { // whose old rows went by TRUNCATE, which is told to nobody
            assertThat(rebuilt).as("rows of " + table + " that are gone").isEmpty();
        }
        System.out.printf("%s: %d rows, equal%n", table, rows);
    }
}
