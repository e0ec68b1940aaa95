package io.changeover.apply.stream;

import io.changeover.transport.event.ChangeEvent;
import org.jspecify.annotations.Nullable;

/**
 * A record of the row topic, decoded on arrival so that a commit only writes.
 *
 * @param value the record's bytes; empty for a null value
 * @param event null when the record could not be understood
 * @param error why it could not be understood; never row data
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; made for every record
public record Received(
        String topic,
        int partition,
        long offset,
        byte[] value,
        @Nullable ChangeEvent event,
        @Nullable String error) {}
