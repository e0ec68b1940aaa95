package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no capture of ours wrote to a row topic: each is parked with its reason, and its partition goes on. */
@WithServers
@Timeout(120)
class StrangeMessagesIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LARGE = 10 << 20;

    private final TestingServers servers;
    private final String schema;
    private final OldTable old = new OldTable("t", 1, 1, "id int", "note varchar(40)");

    StrangeMessagesIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, note VARCHAR(40))");
    }

    @Test
    void areParkedEachWithItsReason_andThePartitionGoesOn() throws Exception {
        String ours = new String(old.encode(old.insert("1", "a")), StandardCharsets.UTF_8);
        assertThat(ours).contains("\"type\":\"INSERT\"", "\"data\":[{", "\"changeover\":{");
        Map<String, String> messages = new HashMap<>(); // bytes as Latin-1 shows them
        messages.put(latin(bytes("{ no json")), "NOT_JSON");
        messages.put(latin(bytes("\uFEFF" + ours)), "NOT_JSON");
        messages.put(latin(ours.getBytes(StandardCharsets.UTF_16)), "NOT_JSON");
        messages.put(latin(bytes(ours + ours)), "NOT_JSON");
        messages.put(latin(bytes("[]")), "NOT_JSON");
        messages.put("x".repeat(LARGE), "NOT_JSON");
        messages.put(latin(bytes("{\"a\":" + "[".repeat(100_000))), "NOT_JSON");
        messages.put(latin(bytes("{\"a\":" + "9".repeat(100_000) + "}")), "NOT_JSON");
        messages.put(latin(bytes("{}")), "FOREIGN");
        messages.put(latin(bytes(ours.replace("\"changeover\":", "\"other\":"))), "FOREIGN");
        messages.put(latin(bytes(ours.replace("\"isDdl\":false", "\"isDdl\":true"))), "DDL");
        messages.put(latin(bytes(ours.replace("\"type\":\"INSERT\"", "\"type\":\"REPLACE\""))), "MALFORMED");
        messages.put(
                latin(bytes(ours.replace("\"data\":[{", "\"data\":[{\"id\":\"7\",\"note\":\"b\"},{"))), "SEVERAL_ROWS");
        messages.put(
                latin(bytes(ours.replaceFirst("\"version\":\"[0-9a-f]{32}\"", "\"version\":\"none\""))), "MALFORMED");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"));
                KafkaProducer<byte[], byte[]> producer = producer(fixture);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            List<String> all = new ArrayList<>(messages.keySet());
            all.add("");
            for (String message : all) {
                byte[] value = message.getBytes(StandardCharsets.ISO_8859_1);
                producer.send(new ProducerRecord<>(fixture.topic(), 0, bytes("k"), value))
                        .get();
                fixture.sentOne();
            }
            producer.send(new ProducerRecord<>(fixture.topic(), 0, bytes("k"), null))
                    .get();
            fixture.sentOne();
            producer.send(new ProducerRecord<>(fixture.topic(), 0, bytes("k"), old.encode(old.insert("9", "good"))))
                    .get();
            fixture.sentOne();
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);

            assertThat(fixture.rows("SELECT * FROM " + schema + ".t")).containsExactly(List.of("9", "good"));
            assertThat(apply.states().get(0).counts().parked()).isEqualTo(messages.size());
            Map<String, String> parked = new HashMap<>();
            fixture.rows("SELECT SHA2(message, 256), SUBSTRING_INDEX(reason, ':', 1) FROM changeover.deferred"
                            + " WHERE kind = 'parked' AND topic = '" + fixture.topic() + "'")
                    .forEach(row -> parked.put(row.get(0), row.get(1)));
            Map<String, String> expected = new HashMap<>();
            for (Map.Entry<String, String> message : messages.entrySet()) {
                expected.put(sha256(message.getKey()), message.getValue());
            }
            assertThat(parked).isEqualTo(expected);
        }
    }

    private static String sha256(String message) throws Exception {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private KafkaProducer<byte[], byte[]> producer(ApplyFixture fixture) throws Exception {
        Map<String, Object> kafka = Map.of("bootstrap.servers", servers.kafka().bootstrapServers());
        try (Admin admin = Admin.create(kafka)) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, fixture.topic()),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "" + 2 * LARGE), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        Map<String, Object> large = new HashMap<>(kafka);
        large.put("max.request.size", 2 * LARGE);
        return new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
