package io.changeover.transport.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A Kafka broker for tests, whatever it runs in. Thread-safe. */
public interface TestingKafka extends AutoCloseable {

    /** A broker inside this JVM, of the caller's own; most tests take the shared one of {@link TestingServers}. */
    static TestingKafka embedded() {
        return new BrokerInJvm();
    }

    String bootstrapServers();

    /** Makes the broker unreachable; its topics stay. */
    void stop();

    /** Ends what {@link #stop()} began, under the same address. */
    void start();

    @Override
    void close();

    /** The least configuration of a client. */
    default Map<String, Object> clientConfig() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    /** Creates a topic and returns when all its partitions have a leader: an earlier idempotent producer may lose batches. */
    default void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    default void createTopic(String name, int partitions, Map<String, String> config) {
        NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(config);
        try (Admin admin = Admin.create(clientConfig())) {
            admin.createTopics(List.of(topic)).all().get();
            Eventually.eventually(
                    Duration.ofSeconds(30), "leaders of " + name, () -> hasLeaders(admin, name, partitions));
        } catch (Exception e) {
            throw new IllegalStateException("topic not created: " + name, e);
        }
    }

    private static boolean hasLeaders(Admin admin, String name, int partitions) throws Exception {
        try {
            var described =
                    admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
            return described != null
                    && described.partitions().size() == partitions
                    && described.partitions().stream().allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException notYet) {
            return false;
        }
    }

    /** Sends one record and waits for it; a null value is a tombstone. */
    default void produce(String topic, @Nullable String key, @Nullable String value) {
        produce(new ProducerRecord<>(topic, key, value));
    }

    default void produce(ProducerRecord<@Nullable String, @Nullable String> record) {
        try (KafkaProducer<@Nullable String, @Nullable String> producer =
                new KafkaProducer<>(clientConfig(), new StringSerializer(), new StringSerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("not sent to " + record.topic(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending to " + record.topic(), e);
        }
    }

    /** The committed records between the start and the present end of a topic; in order within each partition. */
    default List<ConsumerRecord<String, String>> readAll(String topic) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "none",
                "fetch.max.wait.ms", // close waits for a fetch at the end
                10);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
