package io.changeover.capture.value;

import java.util.BitSet;

/**
 * A cursor over the bytes of a rows event; the next cell begins where the last one ended. Confined.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/classbinary__log_1_1Rows__event.html">Rows_event</a>
 */
public final class RowBytes {

    private final byte[] bytes;
    private int position;

    public RowBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean hasMore() {
        return position < bytes.length;
    }

    /** The bitmap of {@code bits} bits, least significant bit first. */
    public BitSet bitmap(int bits) {
        int length = (bits + 7) / 8;
        BitSet set = new BitSet(bits);
        for (int i = 0; i < bits; i++) {
            if ((bytes[position + i / 8] & (1 << (i % 8))) != 0) {
                set.set(i);
            }
        }
        position += length;
        return set;
    }

    /** An unsigned number of up to 8 bytes, least significant byte first. */
    public long little(int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[position + i] & 0xFF);
        }
        position += length;
        return value;
    }

    /** A signed number of up to 8 bytes, least significant byte first. */
    public long littleSigned(int length) {
        int unused = 64 - 8 * length;
        return little(length) << unused >> unused;
    }

    /** An unsigned number of up to 8 bytes, most significant byte first. */
    public long big(int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = (value << 8) | (bytes[position + i] & 0xFF);
        }
        position += length;
        return value;
    }

    public byte[] take(int length) {
        if (length < 0 || length > bytes.length - position) {
            throw new IllegalArgumentException(
                    "a cell of " + length + " bytes, " + (bytes.length - position) + " left");
        }
        byte[] taken = new byte[length];
        System.arraycopy(bytes, position, taken, 0, length);
        position += length;
        return taken;
    }

    /** The cell's bytes after their length, which itself has {@code lengthBytes} bytes. */
    public byte[] takeCounted(int lengthBytes) {
        return take(Math.toIntExact(little(lengthBytes)));
    }
}
