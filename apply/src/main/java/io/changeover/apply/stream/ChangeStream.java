package io.changeover.apply.stream;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * The path of one source table's changes through Kafka Streams.
 *
 * <p>Next: {@link ChangeProcessor}.
 */
public final class ChangeStream {

    /**
     * What waits in the application when a commit is asked for early; decoded it takes several times as much memory. What its
     * threads are writing comes on top, so that an application of n threads holds at most about n + 1 times as much.
     */
    private static final long MAX_WAITING_BYTES = 8L << 20;

    private ChangeStream() {}

    /**
     * The application, not started.
     *
     * @param client Kafka client properties of the pipeline
     * @param targets one for each stream thread
     */
    public static KafkaStreams create(
            String applicationId,
            String topic,
            Map<String, String> client,
            int threads,
            Supplier<BatchTarget> targets,
            GateWatch watch) {
        Map<Integer, PartitionBatch> partitions = new ConcurrentHashMap<>();
        AtomicLong waitingBytes = new AtomicLong();

        Topology topology = new Topology();
        // a negative timestamp (a foreign producer) would make Streams drop the record
        topology.addSource(
                AutoOffsetReset.none(),
                "changes",
                (record, partitionTime) -> Math.max(0, record.timestamp()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic);
        topology.addProcessor("batch", () -> new ChangeProcessor(partitions, MAX_WAITING_BYTES), "changes");

        return new KafkaStreams(
                topology,
                settings(applicationId, client, threads),
                new GatedClients(() -> new CommitGate(topic, targets.get(), watch, partitions, waitingBytes)));
    }

    static Properties settings(String applicationId, Map<String, String> client, int threads) {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        // with "streams" the gate would be ignored, with exactly-once offsets would not pass through it
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        // a commit that times out is tried again for ever; a time limit would kill the thread while the target is away
        settings.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Long.MAX_VALUE);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
        // a killed instance holds its partitions for so long
        settings.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        settings.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), (int)
                Duration.ofMinutes(5).toMillis());
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2000);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4000);
        return settings;
    }
}
