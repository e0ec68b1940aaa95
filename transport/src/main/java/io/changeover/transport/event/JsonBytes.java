package io.changeover.transport.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON text in UTF-8, written into one buffer that is used again and again: a message is made millions of times. Escapes what
 * JSON demands and nothing else, as Jackson does.
 *
 * <p>Confined to one thread.
 */
final class JsonBytes {

    private static final int FIRST_SIZE = 4096;
    /** A buffer that one large message has grown is given back. */
    private static final int KEPT_SIZE = 1 << 20;
    /** The longest text of one character, an escape. */
    private static final int ESCAPE = 6;

    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOWER_HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final boolean[] PLAIN = new boolean[128];

    static {
        for (char c = ' '; c < PLAIN.length; c++) {
            PLAIN[c] = c != '"' && c != '\\';
        }
    }

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    /** Forgets what was written. */
    JsonBytes clear() {
        length = 0;
        if (bytes.length > KEPT_SIZE) {
            bytes = new byte[FIRST_SIZE];
        }
        return this;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    JsonBytes raw(byte[] part) {
        room(part.length);
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
        return this;
    }

    JsonBytes raw(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonBytes nothing() {
        return raw(NULL);
    }

    JsonBytes number(long value) {
        if (value < 0) {
            return raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        room(digits);
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** The lowest {@code digits} hexadecimal digits, in lower case. */
    JsonBytes hex(long value, int digits) {
        room(digits);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            bytes[length++] = LOWER_HEX[(int) (value >>> shift) & 15];
        }
        return this;
    }

    /**
     * A string with its quotes.
     *
     * @throws IllegalArgumentException for half of a surrogate pair, which has no UTF-8
     */
    JsonBytes string(String text) {
        int end = text.length();
        room(end + 2);
        byte[] to = bytes;
        int at = length;
        to[at++] = '"';
        int i = 0;
        while (i < end) {
            char c = text.charAt(i);
            if (c >= 128 || !PLAIN[c]) {
                break;
            }
            to[at++] = (byte) c;
            i++;
        }
        length = at;
        if (i < end) {
            rest(text, i);
        }
        return raw('"');
    }

    private void rest(String text, int from) {
        int end = text.length();
        for (int i = from; i < end; i++) {
            room(end - i + ESCAPE);
            char c = text.charAt(i);
            if (c < 128) {
                ascii(c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xE0 | (c >> 12));
                bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else {
                i++;
                if (!Character.isHighSurrogate(c) || i == end || !Character.isLowSurrogate(text.charAt(i))) {
                    throw new IllegalArgumentException("half of a surrogate pair");
                }
                int point = Character.toCodePoint(c, text.charAt(i));
                bytes[length++] = (byte) (0xF0 | (point >> 18));
                bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (point & 0x3F));
            }
        }
    }

    private void ascii(char c) {
        if (PLAIN[c]) {
            bytes[length++] = (byte) c;
            return;
        }
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\t' -> bytes[length++] = 't';
            case '\n' -> bytes[length++] = 'n';
            case '\f' -> bytes[length++] = 'f';
            case '\r' -> bytes[length++] = 'r';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = UPPER_HEX[c >> 4];
                bytes[length++] = UPPER_HEX[c & 15];
            }
        }
    }

    private void room(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), (int)
                    Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length)));
        }
    }
}
