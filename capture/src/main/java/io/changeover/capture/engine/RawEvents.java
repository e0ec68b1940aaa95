package io.changeover.capture.engine;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.TransactionPayloadEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.changeover.transport.event.Operation;
import java.io.IOException;
import java.util.ArrayList;

/** Puts {@link RawRows} in the place of the library's decoding, also inside compressed transactions. */
final class RawEvents {

    private static final int HEADER_END = 0;
    private static final int PAYLOAD_SIZE = 1;
    private static final int COMPRESSION = 2;
    private static final int ZSTD = 0;
    private static final int NONE = 255;

    private RawEvents() {}

    static EventDeserializer install(EventDeserializer events) {
        rows(events, EventType.WRITE_ROWS, Operation.INSERT, false);
        rows(events, EventType.UPDATE_ROWS, Operation.UPDATE, false);
        rows(events, EventType.DELETE_ROWS, Operation.DELETE, false);
        rows(events, EventType.EXT_WRITE_ROWS, Operation.INSERT, true);
        rows(events, EventType.EXT_UPDATE_ROWS, Operation.UPDATE, true);
        rows(events, EventType.EXT_DELETE_ROWS, Operation.DELETE, true);
        rows(events, EventType.PARTIAL_UPDATE_ROWS_EVENT, Operation.UPDATE, true);
        events.setEventDataDeserializer(EventType.TRANSACTION_PAYLOAD, new Payload());
        return events;
    }

    private static void rows(EventDeserializer events, EventType type, Operation operation, boolean extended) {
        events.setEventDataDeserializer(type, new RawRows.Deserializer(operation, extended));
    }

    /** A transaction that the server compressed (binlog_transaction_compression). */
    private static final class Payload implements EventDataDeserializer<TransactionPayloadEventData> {

        @Override
        public TransactionPayloadEventData deserialize(ByteArrayInputStream in) throws IOException {
            TransactionPayloadEventData data = new TransactionPayloadEventData();
            int compression = ZSTD;
            for (int field = in.readPackedInteger(); field != HEADER_END; field = in.readPackedInteger()) {
                int length = in.readPackedInteger();
                switch (field) {
                    case PAYLOAD_SIZE -> data.setPayloadSize(in.readPackedInteger());
                    case COMPRESSION -> compression = in.readPackedInteger();
                    default -> in.skip(length);
                }
            }
            byte[] payload = in.read(data.getPayloadSize());
            data.setUncompressedEvents(events(payload, compression));
            return data;
        }

        @SuppressWarnings("NonApiType") // what the library's setter takes
        private static ArrayList<Event> events(byte[] payload, int compression) throws IOException {
            if (compression != ZSTD && compression != NONE) {
                throw new IOException("unknown compression of a transaction: " + compression);
            }
            EventDeserializer inner = install(new EventDeserializer());
            ArrayList<Event> events = new ArrayList<>();
            java.io.ByteArrayInputStream raw = new java.io.ByteArrayInputStream(payload);
            try (java.io.InputStream bytes = compression == NONE ? raw : new ZstdInputStreamNoFinalizer(raw);
                    ByteArrayInputStream stream = new ByteArrayInputStream(bytes)) {
                for (Event event = inner.nextEvent(stream); event != null; event = inner.nextEvent(stream)) {
                    events.add(event);
                }
            }
            return events;
        }
    }
}
