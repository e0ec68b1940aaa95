package io.changeover.capture.publish;

import io.changeover.transport.problem.ChangeoverException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the brokers said of the records of one batch: how far each partition has come, or the first failure. Keeps no record.
 *
 * <p>Thread-safe: told by the producer's thread, asked after a flush.
 */
final class Acknowledged implements Callback {

    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private @Nullable TopicPartition last;
    private long lastEnd;
    private @Nullable Exception failure;

    @Override
    public synchronized void onCompletion(@Nullable RecordMetadata at, @Nullable Exception error) {
        if (error != null) {
            failure = failure == null ? error : failure;
            return;
        }
        if (at == null) {
            throw new IllegalArgumentException("neither a place nor an error");
        }
        TopicPartition present = last;
        // records of one partition are told one after the other
        if (present == null
                || present.partition() != at.partition()
                || !present.topic().equals(at.topic())) {
            keepLast();
            last = new TopicPartition(at.topic(), at.partition());
            lastEnd = 0;
        }
        lastEnd = Math.max(lastEnd, at.offset() + 1);
    }

    /** @throws ExecutionException when a record was not taken: a later one of its key must not stand alone */
    synchronized void requireAll() throws ExecutionException {
        if (failure != null) {
            throw new ExecutionException(failure);
        }
    }

    /** The first failure, where it is a problem of ours. */
    synchronized @Nullable ChangeoverException problem() {
        return failure instanceof ChangeoverException ours ? ours : null;
    }

    /** The next offset of each partition that was written, by {@code topic-partition}. */
    synchronized Map<String, Long> ends() throws ExecutionException {
        requireAll();
        keepLast();
        Map<String, Long> named = new HashMap<>();
        ends.forEach((partition, end) -> named.put(partition.toString(), end));
        return named;
    }

    private void keepLast() {
        if (last != null) {
            ends.merge(last, lastEnd, Math::max);
        }
    }
}
