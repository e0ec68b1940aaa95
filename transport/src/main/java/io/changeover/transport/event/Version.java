package io.changeover.transport.event;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The place of a row change in the history of its source table: {@code source | timeline | transaction | row}, 16 bytes
 * big-endian, printed as 32 hex digits. Two versions of one source are compared by timeline, transaction, row; versions of
 * different sources say nothing about each other. Re-reading the same GTIDs gives the same versions.
 *
 * @param source number of the source table in its pipeline, 1 to 65535; 0: a row that others loaded
 * @param timeline number of the source's timeline, 0 to 65535
 * @param transaction the GTID's sequence number; 0: before the first streamed row of the timeline
 * @param row ordinal of the row change among those of its table inside its transaction, an unsigned int; {@link #WHOLE_TRANSACTION} for
 *     a row that was read, which stands for all of {@code transaction}
 */
public record Version(int source, int timeline, long transaction, int row) {

    /** The row number of backfill and refresh: after every row of the transaction, before any row of the next. */
    public static final int WHOLE_TRANSACTION = -1;

    public static final int BYTES = 16;

    /** What the version column holds for rows that no pipeline wrote. */
    public static final Version NONE = new Version(0, 0, 0, 0);

    public Version {
        if ((source & ~0xFFFF) != 0 || (timeline & ~0xFFFF) != 0 || transaction < 0) {
            throw new IllegalArgumentException("version out of range: source " + source + ", timeline " + timeline
                    + ", transaction " + transaction);
        }
    }

    public boolean sameSource(Version other) {
        return source == other.source;
    }

    /** Whether this version is the other one or newer; only for versions of one source. */
    public boolean isAtOrAfter(Version other) {
        return compare(other) >= 0;
    }

    /** Whether this version is strictly newer; only for versions of one source. */
    public boolean isAfter(Version other) {
        return compare(other) > 0;
    }

    private int compare(Version other) {
        if (source != other.source) {
            throw new IllegalArgumentException("versions of different sources compared: " + this + ", " + other);
        }
        int byTimeline = Integer.compare(timeline, other.timeline);
        if (byTimeline != 0) {
            return byTimeline;
        }
        int byTransaction = Long.compare(transaction, other.transaction);
        return byTransaction != 0 ? byTransaction : Integer.compareUnsigned(row, other.row);
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putShort((short) source)
                .putShort((short) timeline)
                .putLong(transaction)
                .putInt(row)
                .array();
    }

    public static Version fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a version has 16 bytes: " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Version(buffer.getShort() & 0xFFFF, buffer.getShort() & 0xFFFF, buffer.getLong(), buffer.getInt());
    }

    public static Version parse(String hex) {
        return fromBytes(HexFormat.of().parseHex(hex));
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
