package io.changeover.apply.stream;

import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.UndecodableMessage;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Decodes the messages of one partition; what is no row change of ours comes out as that. Confined to one thread. */
public final class ChangeDecoder implements Decoder {

    private final CanalJsonDecoder json = new CanalJsonDecoder();

    @Override
    public Received decode(RecordMetadata place, byte[] value) {
        if (value.length == 0) {
            return new Received(place.partition(), place.offset(), value, null, null); // a tombstone says nothing more
        }
        try {
            return new Received(place.partition(), place.offset(), value, json.decode(value), null);
        } catch (UndecodableMessage e) {
            return new Received(place.partition(), place.offset(), value, null, e.reason() + ": " + e.getMessage());
        }
    }
}
