package io.changeover.capture.publish;

import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.problem.ChangeoverException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The highest timeline among the versions that a source has published, as its topics tell: inside a partition timelines only
 * grow, so the last message of each has its highest.
 *
 * @param highest 0 where no message is there
 * @param silent topics that do not tell all: a partition has had messages and none is left, or the topic has had none, as one
 *     that was made anew
 */
public record HighestTimeline(int highest, Set<String> silent) {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long FIRST_LOOK = 100;

    public HighestTimeline {
        silent = Set.copyOf(silent);
    }

    /**
     * @param topics of the rows
     * @throws ChangeoverException (12, 13) when the brokers refuse or do not answer
     */
    public static HighestTimeline read(Map<String, String> kafka, Collection<String> topics, Duration timeout) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            int highest = 0;
            Set<String> silent = new TreeSet<>();
            for (String topic : topics) {
                int ofTopic = 0;
                for (TopicPartition partition : consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList()) {
                    OptionalInt last = last(consumer, partition, timeout);
                    if (last.isEmpty()) {
                        silent.add(topic);
                    }
                    ofTopic = Math.max(ofTopic, last.orElse(0));
                }
                if (ofTopic == 0) {
                    silent.add(topic);
                }
                highest = Math.max(highest, ofTopic);
            }
            return new HighestTimeline(highest, silent);
        } catch (KafkaException e) {
            throw PublishFailure.of(e, "topics " + topics);
        }
    }

    /** 0 where nothing was ever written. */
    private static OptionalInt last(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Duration timeout) {
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        long begin = consumer.beginningOffsets(only).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(only).getOrDefault(partition, 0L);
        if (end == 0) {
            return OptionalInt.of(0);
        }
        // the end may be markers and aborted messages only: look back further and further
        for (long look = FIRST_LOOK; ; look *= 10) {
            long from = Math.max(begin, end - look);
            Integer found = last(consumer, partition, from, end, timeout);
            if (found != null) {
                return OptionalInt.of(found);
            }
            if (from == begin) {
                return OptionalInt.empty();
            }
        }
    }

    private static @Nullable Integer last(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end, Duration timeout) {
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        Integer found = null;
        consumer.seek(partition, from);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (consumer.position(partition) < end) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the end of " + partition + " was not reached within " + timeout);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.value() != null) {
                    try {
                        found = decoder.decode(record.value()).version().timeline();
                    } catch (UndecodableMessage e) {
                        // not of ours: it has no version
                    }
                }
            }
        }
        return found;
    }
}
