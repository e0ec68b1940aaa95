package io.changeover.apply.stream;

import io.changeover.transport.event.ChangeEvent;
import org.jspecify.annotations.Nullable;

/**
 * A record of the row topic: as it came, and after its decoding with what it says.
 *
 * @param value the record's bytes; empty for a null value
 * @param event null before the decoding, and when the record could not be understood
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
