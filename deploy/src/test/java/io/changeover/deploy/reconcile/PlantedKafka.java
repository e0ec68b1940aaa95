package io.changeover.deploy.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a bug does to messages on their way: after capture's producer has got them, or before apply's consumer hands them on. Kafka
 * makes the objects, so what is planted is kept for all of them.
 */
public final class PlantedKafka implements ConsumerInterceptor<Object, Object>, ProducerInterceptor<Object, Object> {

    /** What becomes of the records of one partition that a poll returned. */
    interface Consumed {
        List<ConsumerRecord<byte[], byte[]>> of(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records);
    }

    private static final Consumed ALL = (partition, records) -> records;
    private static volatile UnaryOperator<ProducerRecord<byte[], byte[]>> sent = UnaryOperator.identity();
    private static volatile Consumed consumed = ALL;
    /** Kafka only logs what an interceptor throws: the test must not miss it. */
    private static final Queue<RuntimeException> FAILURES = new ConcurrentLinkedQueue<>();

    static void sent(UnaryOperator<ProducerRecord<byte[], byte[]>> by) {
        sent = by;
    }

    static void consumed(Consumed by) {
        consumed = by;
    }

    static void remove() {
        sent = UnaryOperator.identity();
        consumed = ALL;
        RuntimeException failed = FAILURES.poll();
        FAILURES.clear();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    @SuppressWarnings("unchecked") // of capture's producer, whose keys and values are bytes
    public ProducerRecord<Object, Object> onSend(ProducerRecord<Object, Object> message) {
        if (!(message.key() instanceof byte[]) || !(message.value() instanceof byte[])) {
            return message;
        }
        try {
            Object record = sent.apply((ProducerRecord<byte[], byte[]>) (Object) message);
            return (ProducerRecord<Object, Object>) record;
        } catch (RuntimeException e) {
            FAILURES.add(e);
            throw e;
        }
    }

    @Override
    @SuppressWarnings("unchecked") // of apply's consumers, whose keys and values are bytes
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> polled) {
        Consumed by = consumed;
        if (by == ALL) {
            return polled;
        }
        try {
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> left = new HashMap<>();
            for (TopicPartition partition : polled.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                polled.records(partition).forEach(each -> records.add((ConsumerRecord<byte[], byte[]>) (Object) each));
                List<ConsumerRecord<byte[], byte[]>> kept = by.of(partition, records);
                if (!kept.isEmpty()) {
                    left.put(partition, kept);
                }
            }
            Object records = new ConsumerRecords<>(left, polled.nextOffsets());
            return (ConsumerRecords<Object, Object>) records;
        } catch (RuntimeException e) {
            FAILURES.add(e);
            throw e;
        }
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
