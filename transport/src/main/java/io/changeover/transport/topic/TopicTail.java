package io.changeover.transport.topic;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic of texts from its start to its end, and then on: committed records only, without a consumer group. After an
 * exception, close it and begin anew. Confined to one thread.
 */
public final class TopicTail implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final String topic;
    private final String servers;
    private final Duration timeout;
    private final KafkaConsumer<String, String> consumer;
    private boolean assigned;

    /**
     * @param kafka properties of the clients
     * @param timeout how long the brokers may take to answer, and {@link #toEnd} to get there without any progress
     * @throws ChangeoverException (10, 13) when the client cannot be built
     */
    public TopicTail(Map<String, String> kafka, String topic, Duration timeout) {
        this.topic = topic;
        this.servers = kafka.getOrDefault(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        this.timeout = timeout;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // a close waits for the fetch under way, which the broker answers at the end of the topic only after this time
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        // only when records vanish under the reader: what is left is then all there is
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try {
            this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /** @throws ChangeoverException (12, 13) when the brokers refuse or do not answer */
    public boolean exists() {
        try {
            return assign();
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /**
     * Every record from where the last call ended to the end as it is now; in order within each partition. Empty also when
     * there is no such topic.
     *
     * @throws ChangeoverException (12, 13) when the brokers refuse or do not answer
     */
    public List<ConsumerRecord<String, String>> toEnd() {
        try {
            if (!assign()) {
                return List.of();
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            long reached = -1;
            long deadline = 0;
            // by position, not by record: the last offset of a transaction is a marker that is never handed out
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                long now = ends.keySet().stream().mapToLong(consumer::position).sum();
                if (now != reached) {
                    reached = now;
                    deadline = System.nanoTime() + timeout.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw stuck();
                }
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /** What comes next within {@code limit}; empty when nothing does. The brokers being away shows as nothing. */
    public List<ConsumerRecord<String, String>> next(Duration limit) {
        try {
            if (!assign()) {
                // the topic may be created meanwhile
                Thread.sleep(Math.min(limit.toMillis(), POLL.toMillis()));
                return List.of();
            }
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            consumer.poll(limit).forEach(records::add);
            return records;
        } catch (InterruptedException e) {
            throw failure(new InterruptException(e));
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    private boolean assign() {
        if (assigned) {
            return true;
        }
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        assigned = !partitions.isEmpty();
        return assigned;
    }

    private ChangeoverException stuck() {
        return new ChangeoverException(new Problem(
                ExitCode.UNREACHABLE,
                "bootstrap.servers " + servers,
                "no record of " + topic + " came for " + timeout,
                "check that the brokers run and that the topic's partitions have leaders"));
    }

    private ChangeoverException failure(KafkaException e) {
        return new ChangeoverException(KafkaFailure.problem(e, servers, "topic " + topic), e);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
