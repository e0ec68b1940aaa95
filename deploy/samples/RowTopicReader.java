import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A consumer of one row topic, to copy and change: keeps the rows of the old table in memory, prints the table when it has
 * read what is there, and then each change. It needs kafka-clients and jackson-databind, nothing of Changeover.
 *
 * <pre>
 * java -cp 'deploy/samples:deploy/target/lib/*' deploy/samples/RowTopicReader.java \
 *   BOOTSTRAP_SERVERS ROW_TOPIC DDL_TOPIC [--once]
 * </pre>
 *
 * A service that keeps its rows in a store of its own would join a consumer group instead of reading everything at each
 * start, and commit offsets when the rows are stored: reading a message twice does no harm, because each is a whole row.
 */
public final class RowTopicReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The table, by message key. */
    private final Map<String, JsonNode> rows = new LinkedHashMap<>();

    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println("usage: RowTopicReader BOOTSTRAP_SERVERS ROW_TOPIC DDL_TOPIC [--once]");
            System.exit(2);
        }
        new RowTopicReader().read(args[0], args[1], args[2], args.length > 3 && args[3].equals("--once"));
    }

    private void read(String servers, String rowTopic, String ddlTopic, boolean once) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", servers,
                // without it a batch that capture has not committed would be seen, and seen again
                "isolation.level", "read_committed",
                "auto.offset.reset", "none");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(rowTopic, ddlTopic)) {
                consumer.partitionsFor(topic)
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            boolean complete = false;
            while (true) {
                if (!complete && partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
                    complete = true;
                    rows.values().forEach(System.out::println);
                    if (once) {
                        return;
                    }
                }
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    if (record.topic().equals(ddlTopic)) {
                        statement(record.value());
                    } else {
                        change(record.key(), record.value(), complete);
                    }
                }
            }
        }
    }

    private void change(String key, String value, boolean print) throws Exception {
        // a tombstone says once more what the delete before it said; in a compacted topic it may be all that is left
        JsonNode message = value == null ? null : JSON.readTree(value);
        if (message == null || message.path("type").asText().equals("DELETE")) {
            rows.remove(key);
        } else {
            // INSERT and UPDATE alike: a backfill or a refresh sends rows as INSERT that are there already
            rows.put(key, message.path("data").path(0));
        }
        if (print && message != null) {
            System.out.println(message.path("type").asText() + " " + message.path("data").path(0));
        }
    }

    /** Rows keep coming; whether this consumer can go on with the table's new columns is for a person to say. */
    private void statement(String value) throws Exception {
        JsonNode message = JSON.readTree(value);
        System.err.println(message.path("type").asText() + " of " + message.path("database").asText() + "."
                + message.path("table").asText() + ": " + message.path("sql").asText());
    }
}
