package io.changeover.capture.value;

import java.nio.charset.Charset;
import java.util.Arrays;

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

    /** Where the next cell begins. */
    int position() {
        return position;
    }

    /** Whether the first {@code bits} bits from here, least significant first, are all set; goes on behind them. */
    public boolean allSet(int bits) {
        int from = bitmap(bits);
        for (int i = 0; i < bits; i++) {
            if (!isSet(from, i)) {
                return false;
            }
        }
        return true;
    }

    /** Goes on behind a bitmap of {@code bits} bits; where it begins, for {@link #isSet}. */
    int bitmap(int bits) {
        int from = position;
        position += (bits + 7) / 8;
        return from;
    }

    boolean isSet(int bitmap, int bit) {
        return (bytes[bitmap + bit / 8] & (1 << (bit % 8))) != 0;
    }

    /** Whether the next bytes are those of an earlier cell; if so, goes on behind them. */
    boolean skipSame(int from, int to) {
        int next = position + to - from;
        if (next > bytes.length || !Arrays.equals(bytes, from, to, bytes, position, next)) {
            return false;
        }
        position = next;
        return true;
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
        int from = skip(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** The cell's bytes after their length, which itself has {@code lengthBytes} bytes. */
    public byte[] takeCounted(int lengthBytes) {
        return take(count(lengthBytes));
    }

    /** How many bytes the cell has, which stands before them in {@code lengthBytes} bytes. */
    int count(int lengthBytes) {
        return Math.toIntExact(little(lengthBytes));
    }

    /** The next bytes as text; what is no text in the character set becomes U+FFFD. */
    String text(int length, Charset charset) {
        int from = skip(length);
        return new String(bytes, from, length, charset);
    }

    /** Bytes that were passed already. */
    byte[] bytes(int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    private int skip(int length) {
        if (length < 0 || length > bytes.length - position) {
            throw new IllegalArgumentException(
                    "a cell of " + length + " bytes, " + (bytes.length - position) + " left");
        }
        int from = position;
        position += length;
        return from;
    }
}
