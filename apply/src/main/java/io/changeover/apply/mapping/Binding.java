package io.changeover.apply.mapping;

import io.changeover.apply.target.TargetColumn;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How the text of a message becomes a value that the target takes for exactly the same. Never sees NULL. */
interface Binding {

    /** @throws IllegalArgumentException when the text is none of the column's type */
    Object bind(String text);

    /** The binding of an old column's values to a new column. */
    static Binding of(Column from, TargetColumn to) {
        switch (from.baseType()) {
            case "enum" -> {
                return to.isNumber() ? text -> text : Labels.of(from)::ofIndex;
            }
            case "set" -> {
                return to.isNumber() ? text -> text : Labels.of(from)::ofBits;
            }
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector" -> {
                return bytes(to);
            }
            case "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geomcollection",
                    "geometrycollection" -> {
                return bytes(to);
            }
            case "float" -> {
                // the number itself: its short text is another double, and for the largest float out of range
                boolean same = to.type().equals("float") || to.type().equals("double");
                return same ? text -> Double.toString((double) Float.parseFloat(text)) : text -> text;
            }
            default -> {
                // quoted digits would be taken for bytes
                return to.type().equals("bit") ? BigInteger::new : text -> text;
            }
        }
    }

    /** One character is one byte; BINARY is filled up, since MySQL's binlog and comparison do not. */
    private static Binding bytes(TargetColumn to) {
        int length = to.type().equals("binary") ? (int) to.length() : 0;
        return text -> {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return bytes.length < length ? Arrays.copyOf(bytes, length) : bytes;
        };
    }

    /** A bound value as a key holds it: bytes as one character each. */
    static String keyText(Object bound) {
        return bound instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : bound.toString();
    }
}
