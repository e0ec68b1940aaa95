package io.changeover.deploy.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A row message that capture is about to send, open for a bug. Confined. */
record SentRow(ProducerRecord<byte[], byte[]> record, ObjectNode message) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static SentRow of(ProducerRecord<byte[], byte[]> record) {
        try {
            return new SentRow(record, (ObjectNode) JSON.readTree(record.value()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String type() {
        return message.path("type").asText();
    }

    String gtid() {
        return message.path("changeover").path("gtid").asText();
    }

    /** The row, or the row as it was where it is a delete. */
    ObjectNode row() {
        return (ObjectNode) message.path("data").path(0);
    }

    /** The old values of an update's changed columns; null where it is none. */
    @Nullable
    ObjectNode old() {
        return message.path("old").path(0) instanceof ObjectNode columns ? columns : null;
    }

    @Nullable
    String value(String column) {
        return row().path(column).isTextual() ? row().path(column).asText() : null;
    }

    long number(String column) {
        return Long.parseLong(row().path(column).asText("-1"));
    }

    ProducerRecord<byte[], byte[]> changed() {
        try {
            return with(record.key(), JSON.writeValueAsBytes(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As another row of the table. */
    ProducerRecord<byte[], byte[]> changed(String key) {
        return with(key.getBytes(StandardCharsets.UTF_8), changed().value());
    }

    /** What is left of it: a producer cannot be made to send nothing, and a record without a value says nothing. */
    ProducerRecord<byte[], byte[]> lost() {
        return with(record.key(), null);
    }

    @SuppressWarnings("NullAway") // a record may have no value
    private ProducerRecord<byte[], byte[]> with(byte[] key, byte @Nullable [] value) {
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.timestamp(), key, value, record.headers());
    }
}
