package io.changeover.apply.stream;

import java.util.Map;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a record and adds it to the batch of its partition. It never fails on a record: what cannot be understood is
 * handed on as that.
 *
 * <p>Next: {@link GatedConsumer}, when Streams commits.
 */
final class ChangeProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {

    private static final byte[] NOTHING = new byte[0];

    private final Map<Integer, PartitionBatch> partitions;
    private final Decoder decoder;
    private final long maxBatchBytes;
    private @Nullable PartitionBatch batch;

    ChangeProcessor(Map<Integer, PartitionBatch> partitions, Decoder decoder, long maxBatchBytes) {
        this.partitions = partitions;
        this.decoder = decoder;
        this.maxBatchBytes = maxBatchBytes;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        // taken once, with the task: a task that outlives its assignment keeps the batch that was lost with it
        batch = partitions.get(context.taskId().partition());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata place = context().recordMetadata().orElseThrow();
        byte @Nullable [] value = record.value();
        PartitionBatch mine = batch;
        if (mine == null) {
            throw new IllegalStateException("no batch for " + place.topic() + "-" + place.partition());
        }
        if (mine.add(decoder.decode(place, value == null ? NOTHING : value)) > maxBatchBytes) {
            context().commit();
        }
    }
}
