package io.changeover.capture.value;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A character set of one to three bytes a character, as MySQL reads it: Java's table, but for the characters that MySQL
 * takes for others. Immutable and thread-safe.
 */
final class CharacterTable {

    /** No character: also in Unicode. */
    private static final char NONE = '\uFFFF';

    /** Before a character of three bytes. */
    private static final int SINGLE_SHIFT = 0x8F;

    private final char[] one = none(0x100);
    private final char[] two = none(0x10000);
    /** Characters of three bytes, by the last two; empty where the set has none. */
    private final char[] three;

    /**
     * @param differences {@code 815C=2015 F5A1-FEFE=E000}: what MySQL reads there; in a range, the last bytes run from
     *     the last byte of its begin to that of its end
     */
    CharacterTable(Charset java, String differences) {
        three = java.name().toUpperCase(Locale.ROOT).contains("EUC") ? none(0x10000) : new char[0];
        for (int code = 0; code < one.length; code++) {
            one[code] = read(java, (byte) code);
        }
        for (int code = 0; code < two.length; code++) {
            if (one[code >> 8] == NONE) {
                two[code] = read(java, (byte) (code >> 8), (byte) code);
            }
        }
        for (int code = 0; code < three.length; code++) {
            three[code] = read(java, (byte) SINGLE_SHIFT, (byte) (code >> 8), (byte) code);
        }
        for (String difference : differences.split(" ")) {
            if (!difference.isEmpty()) {
                set(difference);
            }
        }
    }

    private static char[] none(int length) {
        char[] table = new char[length];
        Arrays.fill(table, NONE);
        return table;
    }

    private static char read(Charset java, byte... bytes) {
        try {
            CharBuffer read = java.newDecoder().decode(ByteBuffer.wrap(bytes));
            return read.length() == 1 ? read.get(0) : NONE;
        } catch (CharacterCodingException e) {
            return NONE;
        }
    }

    private void set(String difference) {
        String[] parts = difference.split("[-=]");
        int from = Integer.parseInt(parts[0], 16);
        int to = parts.length == 3 ? Integer.parseInt(parts[1], 16) : from;
        char next = (char) Integer.parseInt(parts[parts.length - 1], 16);
        for (int code = from; code <= to; code++) {
            if ((code & 0xFF) >= (from & 0xFF) && (code & 0xFF) <= (to & 0xFF)) {
                char[] table = code > 0xFFFF ? three : code > 0xFF ? two : one;
                table[code & 0xFFFF] = next++;
            }
        }
    }

    /** The text; null when the bytes are none. */
    @Nullable
    String decode(byte[] bytes) {
        char[] text = new char[bytes.length];
        int count = 0;
        int at = 0;
        while (at < bytes.length) {
            int code = bytes[at++] & 0xFF;
            char c = one[code];
            if (c == NONE && at < bytes.length) {
                int next = code << 8 | (bytes[at++] & 0xFF);
                c = two[next];
                if (c == NONE && code == SINGLE_SHIFT && three.length > 0 && at < bytes.length) {
                    c = three[(next & 0xFF) << 8 | (bytes[at++] & 0xFF)];
                }
            }
            if (c == NONE) {
                return null;
            }
            text[count++] = c;
        }
        return new String(text, 0, count);
    }
}
