package io.changeover.apply.stream;

import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Understands the records of one partition. */
public interface Decoder {

    /** Never fails: what cannot be understood comes out as that. */
    Received decode(RecordMetadata place, byte[] value);
}
