package io.changeover.capture.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * MySQL's binary JSON to the very text that MySQL prints for it, so that the stream and a SELECT agree: blanks after comma
 * and colon, doubles in MySQL's notation, dates, decimals and opaque values as MySQL shows them.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/json__binary_8h.html">json_binary.h</a>
 */
final class JsonText {

    private static final int SMALL_OBJECT = 0;
    private static final int LARGE_OBJECT = 1;
    private static final int SMALL_ARRAY = 2;
    private static final int LARGE_ARRAY = 3;
    private static final int LITERAL = 4;
    private static final int INT16 = 5;
    private static final int UINT16 = 6;
    private static final int INT32 = 7;
    private static final int UINT32 = 8;
    private static final int INT64 = 9;
    private static final int UINT64 = 10;
    private static final int DOUBLE = 11;
    private static final int STRING = 12;
    private static final int OPAQUE = 15;

    /** Types of MySQL inside an opaque value. */
    private static final int TIMESTAMP = 7;

    private static final int DATE = 10;
    private static final int TIME = 11;
    private static final int DATETIME = 12;
    private static final int NEWDECIMAL = 246;

    /** Up to this many places before or after the point MySQL writes no exponent. */
    private static final int MAX_PLACES = 15;

    private final byte[] bytes;
    private final boolean shortDoubles;
    private final StringBuilder out;

    private JsonText(byte[] bytes, boolean shortDoubles) {
        this.bytes = bytes;
        this.shortDoubles = shortDoubles;
        this.out = new StringBuilder(bytes.length + 16);
    }

    /** @param shortDoubles whether the server prints whole doubles as {@code 100} */
    static String of(byte[] bytes, boolean shortDoubles) {
        if (bytes.length == 0) {
            return "null"; // what an empty document means to MySQL
        }
        JsonText text = new JsonText(bytes, shortDoubles);
        text.value(bytes[0], 1);
        return text.out.toString();
    }

    private void value(int type, int at) {
        switch (type) {
            case SMALL_OBJECT -> container(at, true, false);
            case LARGE_OBJECT -> container(at, true, true);
            case SMALL_ARRAY -> container(at, false, false);
            case LARGE_ARRAY -> container(at, false, true);
            case LITERAL -> literal(bytes[at]);
            case INT16 -> out.append((short) little(at, 2));
            case UINT16 -> out.append(little(at, 2));
            case INT32 -> out.append((int) little(at, 4));
            case UINT32 -> out.append(little(at, 4));
            case INT64 -> out.append(little(at, 8));
            case UINT64 -> out.append(Long.toUnsignedString(little(at, 8)));
            case DOUBLE -> real(Double.longBitsToDouble(little(at, 8)));
            case STRING -> string(at);
            case OPAQUE -> opaque(at);
            default -> throw new IllegalArgumentException("not a JSON value: type " + type);
        }
    }

    private void container(int at, boolean object, boolean large) {
        int width = large ? 4 : 2;
        int count = (int) little(at, width);
        int keys = at + 2 * width;
        int values = object ? keys + count * (width + 2) : keys;
        out.append(object ? '{' : '[');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.append(", ");
            }
            if (object) {
                int entry = keys + i * (width + 2);
                quoted(at + (int) little(entry, width), (int) little(entry + width, 2));
                out.append(": ");
            }
            int entry = values + i * (width + 1);
            int type = bytes[entry];
            boolean inline =
                    type == LITERAL || type == INT16 || type == UINT16 || (large && (type == INT32 || type == UINT32));
            value(type, inline ? entry + 1 : at + (int) little(entry + 1, width));
        }
        out.append(object ? '}' : ']');
    }

    private void literal(int code) {
        out.append(
                switch (code) {
                    case 0 -> "null";
                    case 1 -> "true";
                    case 2 -> "false";
                    default -> throw new IllegalArgumentException("not a JSON literal: " + code);
                });
    }

    private void string(int at) {
        int length = 0;
        int from = at;
        for (int shift = 0; ; shift += 7) {
            int next = bytes[from++];
            length |= (next & 0x7F) << shift;
            if (next >= 0) {
                break;
            }
        }
        quoted(from, length);
    }

    private void opaque(int at) {
        int type = bytes[at] & 0xFF;
        int length = 0;
        int from = at + 1;
        for (int shift = 0; ; shift += 7) {
            int next = bytes[from++];
            length |= (next & 0x7F) << shift;
            if (next >= 0) {
                break;
            }
        }
        switch (type) {
            case NEWDECIMAL -> {
                byte[] decimal = new byte[length - 2];
                System.arraycopy(bytes, from + 2, decimal, 0, decimal.length);
                out.append(new DecimalCell(bytes[from], bytes[from + 1]).read(new RowBytes(decimal)));
            }
            case DATE -> quote(Temporal.packed(little(from, 8), true, false));
            case TIME -> quote(Temporal.packed(little(from, 8), false, true));
            case DATETIME, TIMESTAMP -> quote(Temporal.packed(little(from, 8), true, true));
            default -> {
                byte[] data = new byte[length];
                System.arraycopy(bytes, from, data, 0, length);
                quote("base64:type" + type + ":"
                        + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(data));
            }
        }
    }

    private void real(double value) {
        if (value == 0) {
            out.append(1 / value < 0 ? "-0" : "0").append(shortDoubles ? "" : ".0");
            return;
        }
        BigDecimal shortest = shortest(value);
        String digits = shortest.unscaledValue().abs().toString();
        int point = digits.length() - shortest.scale();
        if (value < 0) {
            out.append('-');
        }
        if (point > MAX_PLACES || point <= -MAX_PLACES) {
            out.append(digits.charAt(0));
            if (digits.length() > 1) {
                out.append('.').append(digits, 1, digits.length());
            }
            out.append('e').append(point - 1);
            return;
        }
        out.append(shortest.abs().toPlainString());
        if (point >= digits.length() && !shortDoubles) {
            out.append(".0");
        }
    }

    /**
     * The shortest decimal that reads back as the value, and of these the nearest; Java 17's own toString is not always
     * shortest. Below a power of two, doubles are twice as dense as above it: there it may be the second nearest of its
     * length.
     */
    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        // any double is told by 17 digits; a shorter text that tells a normal one shows as zeros at the end of 15
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : 15; digits < 17; digits++) {
            for (RoundingMode mode : List.of(RoundingMode.HALF_EVEN, RoundingMode.UP)) {
                BigDecimal rounded = exact.round(new MathContext(digits, mode));
                if (rounded.doubleValue() == value) {
                    return rounded.stripTrailingZeros();
                }
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    }

    private void quoted(int from, int length) {
        quote(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00").append(c < 16 ? '0' : '1').append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private long little(int at, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[at + i] & 0xFF);
        }
        return value;
    }
}
