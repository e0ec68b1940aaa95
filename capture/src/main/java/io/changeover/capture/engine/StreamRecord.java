package io.changeover.capture.engine;

import io.debezium.pipeline.DataChangeEvent;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** An item in the engine's clothes: it carries records of Connect, ours holds one object without a schema. */
final class StreamRecord extends DataChangeEvent {

    private static final Map<String, ?> NOWHERE = Map.of();
    private static final String TOPIC = "changeover";

    private final long bytes;

    StreamRecord(StreamItem item) {
        super(new SourceRecord(NOWHERE, NOWHERE, TOPIC, null, item));
        this.bytes = item.bytes();
    }

    /** What bounds the queue. */
    @Override
    public long objectSize() {
        return bytes;
    }
}
