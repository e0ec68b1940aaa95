package io.changeover.deploy.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as somebody else would write it, from the page for consumers: it shares nothing with us but Kafka's client and
 * a JSON parser, reads committed messages once and never looks back. It rebuilds each table, and notes every message that
 * repeats or contradicts what came before.
 *
 * <p>Confined to its own thread, but for what the getters say.
 */
final class StrangeConsumer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_VIOLATIONS = 20;

    /** A row by column; the data is null once it was deleted. */
    private record State(String version, @Nullable Map<String, @Nullable String> data) {}

    private final KafkaConsumer<String, String> consumer;
    private final Thread thread = new Thread(this::work, "strange-consumer");
    private final Map<String, Map<String, State>> topics = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final Set<String> cut;
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    /**
     * @param topics all that it reads, from their begin
     * @param cut of these, where the stream was cut by a TRUNCATE: what it was before is not looked at
     */
    StrangeConsumer(String bootstrapServers, Collection<String> topics, Set<String> cut) {
        this.cut = cut;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        topics.forEach(topic -> this.topics.put(topic, new HashMap<>()));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    private void work() {
        try {
            while (!stop) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    take(record);
                }
                consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
            }
        } catch (RuntimeException | JsonProcessingException | Error e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    private synchronized void take(ConsumerRecord<String, String> record) throws JsonProcessingException {
        JsonNode message = JSON.readTree(record.value());
        Map<String, @Nullable String> data = texts(message.required("data").required(0));
        String version = message.required("changeover").required("version").textValue();
        boolean streamed =
                message.required("changeover").required("op").textValue().equals("stream");
        String type = message.required("type").textValue();
        counts.merge(streamed ? type : "BACKFILL", 1L, Long::sum);
        Map<String, State> rows = state(record.topic());
        State before = rows.get(record.key());
        if (before != null && before.version.equals(version)) {
            violation(record, "comes twice", before);
        } else if (before != null && before.version.compareTo(version) > 0) {
            violation(record, "goes back", before);
        }
        Map<String, @Nullable String> known = before == null ? null : before.data;
        if (streamed && before != null && !cut.contains(record.topic())) {
            switch (type) {
                case "INSERT" -> {
                    if (known != null) {
                        violation(record, "is inserted and was there", before);
                    }
                }
                case "UPDATE" ->
                    requireKnown(record, before, texts(message.required("old").required(0)));
                case "DELETE" -> requireKnown(record, before, data);
                default -> violation(record, "has an unknown type", before);
            }
        }
        rows.put(record.key(), new State(version, type.equals("DELETE") ? null : data));
    }

    /** The row that a change says it changes is the one that is known: nothing between was left out. */
    private void requireKnown(
            ConsumerRecord<String, String> record, State before, Map<String, @Nullable String> image) {
        Map<String, @Nullable String> known = before.data;
        if (known == null) {
            violation(record, "is changed and was deleted", before);
            return;
        }
        image.forEach((column, value) -> {
            if (known.containsKey(column) && !Objects.equals(known.get(column), value)) {
                violation(record, "had another value of " + column, before);
            }
        });
    }

    private void violation(ConsumerRecord<String, String> record, String what, State before) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(new TopicPartition(record.topic(), record.partition()) + "@" + record.offset() + " "
                    + record.key() + " " + what + ": " + record.value() + " after " + before);
        }
    }

    private static Map<String, @Nullable String> texts(JsonNode row) {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        row.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().textValue()));
        return texts;
    }

    private Map<String, State> state(String topic) {
        Map<String, State> rows = topics.get(topic);
        if (rows == null) {
            throw new IllegalArgumentException("not read: " + topic);
        }
        return rows;
    }

    /** The offset after the last message that it took. */
    long position(TopicPartition partition) {
        if (failure != null) {
            throw new IllegalStateException("the consumer failed", failure);
        }
        return positions.getOrDefault(partition, 0L);
    }

    /** The rows that are there, by key column. */
    synchronized Map<String, Map<String, @Nullable String>> rows(String topic, String key) {
        Map<String, Map<String, @Nullable String>> rows = new HashMap<>();
        for (State row : state(topic).values()) {
            if (row.data != null) {
                rows.put(String.valueOf(row.data.get(key)), row.data);
            }
        }
        return rows;
    }

    /** The first messages that were wrong. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many messages of each kind came. */
    synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    synchronized long messages() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        stop = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
