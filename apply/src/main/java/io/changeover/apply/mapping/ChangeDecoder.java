package io.changeover.apply.mapping;

import io.changeover.apply.stream.Received;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.UndecodableMessage;
import org.jspecify.annotations.Nullable;

/** Decodes messages; what is no row change of ours comes out as that. It never fails on a record. Confined to one thread. */
public final class ChangeDecoder {

    private final CanalJsonDecoder json = new CanalJsonDecoder();

    /** The same record, with what its value says. */
    public Received decode(Received record) {
        if (record.value().length == 0) {
            return record; // a tombstone of a compacted topic says nothing more
        }
        try {
            return with(record, json.decode(record.value()), null);
        } catch (UndecodableMessage e) {
            return with(record, null, e.reason() + ": " + e.getMessage());
        }
    }

    private static Received with(Received record, @Nullable ChangeEvent event, @Nullable String error) {
        return new Received(record.topic(), record.partition(), record.offset(), record.value(), event, error);
    }
}
