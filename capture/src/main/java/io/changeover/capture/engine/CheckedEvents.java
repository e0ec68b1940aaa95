package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.FormatDescriptionEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializationException;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderV4Deserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.debezium.connector.binlog.event.EventDataDeserializationExceptionData;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads each event whole and looks at its checksum, which the library strips unread. An event that is damaged or cannot be
 * decoded becomes an {@code INCIDENT} in its place: what the library is thrown it tells somebody else, and goes on with the next
 * event, so that a commit could pass the rows that were lost.
 *
 * <p>Confined to the thread that reads the binlog.
 */
final class CheckedEvents extends EventDeserializer {

    private static final int HEADER = 19;
    private static final int LENGTH_AT = 9;
    private static final int FLAGS_AT = 17;
    private static final int CHECKSUM = 4;

    /** What a server or its protocol admits: 1 GB, and the rest of an event. */
    private static final int MAX_LENGTH = (1 << 30) + (1 << 20);

    /** Made by the server for us alone; in no binlog. */
    private static final int ARTIFICIAL = 0x20;

    /** Those that say themselves what checksums are, or are in no binlog. */
    private static final Set<EventType> UNCHECKED =
            EnumSet.of(EventType.FORMAT_DESCRIPTION, EventType.HEARTBEAT, EventType.HEARTBEAT_V2);

    private final EventHeaderV4Deserializer headers = new EventHeaderV4Deserializer();
    private boolean checksums;

    @Override
    @SuppressWarnings("deprecation") // the library calls it when it has agreed with the server
    public void setChecksumType(ChecksumType type) {
        super.setChecksumType(type);
        checksums = type == ChecksumType.CRC32;
    }

    @Override
    public @Nullable Event nextEvent(ByteArrayInputStream in) throws IOException {
        if (in.peek() == -1) {
            return null;
        }
        byte[] start = in.read(HEADER);
        EventHeaderV4 header = headers.deserialize(new ByteArrayInputStream(start));
        int length = little(start, LENGTH_AT);
        if (length < HEADER || length > MAX_LENGTH) {
            return unreadable(header, new IOException("its length is given as " + length));
        }
        byte[] bytes = new byte[length];
        System.arraycopy(start, 0, bytes, 0, HEADER);
        in.fill(bytes, HEADER, length - HEADER);
        if (checksums && isChecked(header, bytes) && !isWhole(bytes)) {
            return unreadable(header, new IOException("its checksum does not fit its bytes"));
        }
        try {
            Event event = super.nextEvent(new ByteArrayInputStream(new Bytes(bytes)));
            if (event.getData() instanceof FormatDescriptionEventData format) {
                checksums = format.getChecksumType() == ChecksumType.CRC32;
            }
            return event;
        } catch (EventDataDeserializationException e) {
            return unreadable(header, e.getCause());
        } catch (RuntimeException e) {
            return unreadable(header, e);
        }
    }

    private static boolean isChecked(EventHeaderV4 header, byte[] bytes) {
        return (bytes[FLAGS_AT] & ARTIFICIAL) == 0 && !UNCHECKED.contains(header.getEventType());
    }

    private static boolean isWhole(byte[] bytes) {
        CRC32 crc = new CRC32();
        int end = bytes.length - CHECKSUM;
        crc.update(bytes, 0, end);
        return (int) crc.getValue() == little(bytes, end);
    }

    private static int little(byte[] bytes, int at) {
        return (bytes[at] & 0xFF)
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
    }

    private static Event unreadable(EventHeaderV4 of, @Nullable Throwable cause) {
        EventHeaderV4 header = new EventHeaderV4();
        header.setEventType(EventType.INCIDENT);
        header.setTimestamp(of.getTimestamp());
        header.setEventLength(of.getEventLength());
        header.setNextPosition(of.getNextPosition());
        header.setFlags(of.getFlags());
        return new Event(
                header, new EventDataDeserializationExceptionData(new EventDataDeserializationException(of, cause)));
    }

    /** As the JDK's, without its lock for every byte. */
    private static final class Bytes extends InputStream {

        private final byte[] bytes;
        private int next;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return next < bytes.length ? bytes[next++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (next == bytes.length) {
                return length == 0 ? 0 : -1;
            }
            int taken = Math.min(length, bytes.length - next);
            System.arraycopy(bytes, next, into, offset, taken);
            next += taken;
            return taken;
        }

        @Override
        public int available() {
            return bytes.length - next;
        }
    }
}
