package io.changeover.deploy.fault;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.Main;
import io.changeover.embedded.EmbeddedKafka;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One transaction of 1 GB, captured with a heap of 512 MB and killed in the midst of it: each row once, none missing. */
@Tag("fault")
@Timeout(1800)
class HugeTransactionFaultIT {

    private static final int ROWS = Integer.getInteger("rows", 1_000_000);
    private static final int KILLS = 2;
    private static final String TOPIC = "huge.legacy.trade.big";

    @Test
    void transactionLargerThanTheHeap_isPublishedOnce(@TempDir Path folder) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.create();
                EmbeddedMySql source = EmbeddedMySql.create()) {
            source.execute(
                    "CREATE DATABASE trade",
                    "CREATE TABLE trade.big (id INT PRIMARY KEY, body VARCHAR(1024) NOT NULL) CHARACTER SET ascii",
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.big (id INT PRIMARY KEY, body VARCHAR(1024) NOT NULL) CHARACTER SET ascii");
            Path file = folder.resolve("pipeline.yaml");
            Files.writeString(file, """
                    pipeline: huge
                    kafka: { bootstrap.servers: "%s" }
                    topics: { partitions: 4, replication: 1 }
                    sources:
                      legacy: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled, start: now }
                    targets:
                      shop: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled }
                    tables:
                      - { source: legacy.trade.big, target: shop.shop.big }
                    """.formatted(kafka.bootstrapServers(), source.port(), source.port()));
            Map<String, String> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (ChildJvm prepare = child(file, "prepare", "--execute")) {
                assertThat(prepare.exitCode(Duration.ofMinutes(2))).isZero();
            }
            try (ChildJvm capture = capture(file)) {
                eventually(
                        Duration.ofMinutes(2),
                        capture::log,
                        () -> position(client).isPresent());
                source.execute(
                        "SET SESSION cte_max_recursion_depth = 100000000",
                        "INSERT INTO trade.big WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < "
                                + ROWS + ") SELECT i, REPEAT(MD5(i), 32) FROM n");
                eventually(Duration.ofMinutes(2), capture::log, () -> isWithin(client));
                capture.kill9();
            }
            for (int kill = 1; kill < KILLS; kill++) {
                try (ChildJvm capture = capture(file)) {
                    long before = committed(client).cardinality();
                    eventually(
                            Duration.ofMinutes(3),
                            capture::log,
                            () -> committed(client).cardinality() > before + ROWS / 10);
                    assertThat(isWithin(client)).as("still in the transaction").isTrue();
                    capture.kill9();
                }
            }
            try (ChildJvm capture = capture(file)) {
                eventually(
                        Duration.ofMinutes(10),
                        capture::log,
                        () -> committed(client).cardinality() == ROWS && !isWithin(client));
                assertThat(capture.isAlive()).as(capture.log()).isTrue();
            }
        }
    }

    private static ChildJvm capture(Path file) {
        return child(file, "capture", "--source", "legacy");
    }

    private static ChildJvm child(Path file, String... arguments) {
        return ChildJvm.of(Main.class, file.resolveSibling("capture.log"))
                .options("-Xmx512m", "-XX:+ExitOnOutOfMemoryError")
                .arguments("-c", file.toString())
                .arguments(arguments)
                .start();
    }

    private static Optional<SourcePosition> position(Map<String, String> client) {
        return ProgressTopic.readLatest(client, "huge.legacy.progress", Duration.ofSeconds(30))
                .position();
    }

    private static boolean isWithin(Map<String, String> client) {
        return position(client).map(SourcePosition::running).isPresent();
    }

    /** The keys that a reader of committed messages sees; no key comes twice. */
    private static BitSet committed(Map<String, String> client) {
        BitSet keys = new BitSet();
        Map<String, Object> config =
                Map.of("bootstrap.servers", client.get("bootstrap.servers"), "isolation.level", "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    int id = Integer.parseInt(record.key().replaceAll("\\D", ""));
                    assertThat(keys.get(id)).as("row %d came before", id).isFalse();
                    keys.set(id);
                }
            }
        }
        return keys;
    }
}
