package io.changeover.deploy.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Tells how many committed records stand before an offset: the markers of transactions take offsets, too. */
final class TopicIndex {

    private final Map<TopicPartition, long[]> offsets = new HashMap<>();

    private TopicIndex() {}

    /** Reads everything that is committed now. */
    static TopicIndex read(String servers, Collection<TopicPartition> partitions) {
        TopicIndex index = new TopicIndex();
        Map<TopicPartition, Integer> counts = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(servers)) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            ends.forEach((partition, end) -> index.offsets.put(partition, new long[Math.toIntExact(end)]));
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    int count = counts.merge(partition, 1, Integer::sum);
                    index.offsets.getOrDefault(partition, new long[0])[count - 1] = record.offset();
                });
            }
        }
        index.offsets.replaceAll((partition, all) -> Arrays.copyOf(all, counts.getOrDefault(partition, 0)));
        return index;
    }

    static KafkaConsumer<byte[], byte[]> consumer(String servers) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                10_000);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Records before these next offsets. */
    long recordsBefore(Map<TopicPartition, Long> places) {
        long records = 0;
        for (Map.Entry<TopicPartition, Long> place : places.entrySet()) {
            long[] all = offsets.getOrDefault(place.getKey(), new long[0]);
            int at = Arrays.binarySearch(all, place.getValue());
            records += at >= 0 ? at : -at - 1;
        }
        return records;
    }
}
