package io.changeover.transport.topic;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A row topic as it lies there: where its partitions begin and end, and its committed records. Confined to one thread. */
public final class TopicLog implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Takes a record in. */
    public interface Reader<E extends Exception> {
        void take(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    /** @param end the next offset of what is committed */
    public record Range(long start, long end) {}

    private final String topic;
    private final String servers;
    private final Duration timeout;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /**
     * @param timeout how long the brokers may take to answer, and a record to come
     * @throws ChangeoverException (10, 12, 13) when the brokers refuse, do not answer, or have no such topic
     */
    public TopicLog(Map<String, String> kafka, String topic, Duration timeout) {
        this.topic = topic;
        this.servers = kafka.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
        this.timeout = timeout;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        try {
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw failure(e);
        }
        try {
            partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new ChangeoverException(new Problem(
                        ExitCode.UNREACHABLE, topic, "the topic does not exist", "create it: `changeover prepare`"));
            }
        } catch (KafkaException e) {
            close();
            throw failure(e);
        } catch (ChangeoverException e) {
            close();
            throw e;
        }
    }

    /** Of every partition, by its number. */
    public Map<Integer, Range> ranges() {
        try {
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<Integer, Range> ranges = new TreeMap<>();
            partitions.forEach(partition -> ranges.put(
                    partition.partition(),
                    new Range(starts.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L))));
            return ranges;
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /** The first offset of each partition whose record is not older; of a partition without such a record, its end. */
    public Map<Integer, Long> at(Instant time) {
        try {
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(
                    partitions.stream().collect(Collectors.toMap(partition -> partition, p -> time.toEpochMilli())));
            Map<Integer, Long> offsets = new TreeMap<>();
            ranges().forEach((partition, range) -> {
                OffsetAndTimestamp first = found.get(new TopicPartition(topic, partition));
                offsets.put(partition, first == null ? range.end() : Math.min(first.offset(), range.end()));
            });
            return offsets;
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /**
     * Reads the committed records of one partition from {@code from} up to before {@code to}, which must be committed.
     *
     * @throws ChangeoverException (12, 13) when the brokers refuse, or nothing comes for the timeout
     */
    public <E extends Exception> void read(int partition, long from, long to, Reader<E> reader) throws E {
        TopicPartition read = new TopicPartition(topic, partition);
        try {
            consumer.assign(List.of(read));
            consumer.seek(read, from);
            long reached = from;
            long deadline = System.nanoTime() + timeout.toNanos();
            // by position, not by record: the last offset of a transaction is a marker that is never handed out
            while (consumer.position(read) < to) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(read)) {
                    if (record.offset() < to) {
                        reader.take(record);
                    }
                }
                long position = consumer.position(read);
                if (position != reached) {
                    reached = position;
                    deadline = System.nanoTime() + timeout.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new ChangeoverException(new Problem(
                            ExitCode.UNREACHABLE,
                            "bootstrap.servers " + servers,
                            "no record of " + read + " came after " + position + " for " + timeout,
                            "check that the brokers run and that the partition has a leader"));
                }
            }
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    private ChangeoverException failure(KafkaException e) {
        return new ChangeoverException(KafkaFailure.problem(e, servers, "topic " + topic), e);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
