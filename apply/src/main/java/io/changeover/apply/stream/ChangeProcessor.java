package io.changeover.apply.stream;

import java.util.Map;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Adds a record to the batch of its partition, as it came: the less is done here, the more of a backlog is in a batch when
 * its time is over. It never fails on a record.
 *
 * <p>Next: {@link GatedConsumer}, when Streams commits.
 */
final class ChangeProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {

    private static final byte[] NOTHING = new byte[0];

    private final Map<Integer, PartitionBatch> partitions;
    private final long maxWaitingBytes;
    private @Nullable PartitionBatch batch;

    ChangeProcessor(Map<Integer, PartitionBatch> partitions, long maxWaitingBytes) {
        this.partitions = partitions;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        // taken once, with the task: a task that outlives its assignment keeps the batch that was lost with it
        batch = partitions.get(context.taskId().partition());
        if (batch != null) {
            batch.onWriteWanted(context::commit);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata place = context().recordMetadata().orElseThrow();
        byte @Nullable [] value = record.value();
        PartitionBatch mine = batch;
        if (mine == null) {
            throw new IllegalStateException("no batch for " + place.topic() + "-" + place.partition());
        }
        Received received = new Received(
                place.topic(), place.partition(), place.offset(), value == null ? NOTHING : value, null, null);
        if (mine.add(received) > maxWaitingBytes) {
            context().commit();
        }
    }
}
