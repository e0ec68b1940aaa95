package io.changeover.capture.value;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A column as a SELECT reads it: the expression, how its bytes become the very text that the stream gives, and how such a
 * text stands in a comparison. For sessions in UTC whose results come in the text protocol.
 */
public record SelectedColumn(Column column, Kind kind) {

    /** Families of types that are read alike. */
    public enum Kind {
        NUMBER,
        PADDED_NUMBER,
        PADDED_DECIMAL,
        FLOAT,
        DOUBLE,
        CODE,
        TEMPORAL,
        TEXT,
        JSON,
        BYTES
    }

    public static SelectedColumn of(Column column) {
        boolean padded = column.mysqlType().endsWith(" zerofill");
        Kind kind =
                switch (column.baseType()) {
                    case "tinyint", "smallint", "mediumint", "int", "bigint" ->
                        padded ? Kind.PADDED_NUMBER : Kind.NUMBER;
                    case "decimal" -> padded ? Kind.PADDED_DECIMAL : Kind.NUMBER;
                    case "float" -> Kind.FLOAT;
                    case "double" -> Kind.DOUBLE;
                    case "bit", "enum", "set" -> Kind.CODE;
                    case "date", "datetime", "timestamp", "time", "year" -> Kind.TEMPORAL;
                    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> Kind.TEXT;
                    case "json" -> Kind.JSON;
                    default -> Kind.BYTES;
                };
        return new SelectedColumn(column, kind);
    }

    /** The expression to select. */
    public String expression() {
        String name = TableName.quote(column.name());
        return switch (kind) {
            case NUMBER, TEMPORAL, BYTES -> name;
            case PADDED_NUMBER, CODE -> "CAST(" + name + " AS UNSIGNED)";
            case PADDED_DECIMAL -> name + " + 0";
            // a product of doubles is printed with all its digits; a column of FLOAT with six, of DOUBLE(M,D) with D
            case FLOAT, DOUBLE -> name + " * 1E0";
            case TEXT -> "CONVERT(" + name + " USING utf8mb4)";
            case JSON -> "CAST(" + name + " AS CHAR CHARACTER SET utf8mb4)";
        };
    }

    /** The value of a cell that is not NULL. */
    public String text(byte[] bytes) {
        return switch (kind) {
            case NUMBER, PADDED_NUMBER, PADDED_DECIMAL, CODE, TEMPORAL, TEXT, JSON ->
                new String(bytes, StandardCharsets.UTF_8);
            case FLOAT -> Float.toString((float) Double.parseDouble(ascii(bytes)));
            case DOUBLE -> Double.toString(Double.parseDouble(ascii(bytes)));
            case BYTES -> TextCharset.bytesAsText(bytes);
        };
    }

    /** A value of the message contract as a literal to compare the column with. */
    public String literal(String text) {
        return switch (kind) {
            case NUMBER, PADDED_NUMBER, PADDED_DECIMAL, CODE, DOUBLE -> numeric(text);
            case FLOAT -> numeric(Double.toString(Float.parseFloat(text)));
            case TEMPORAL -> "'" + temporal(text) + "'";
            case TEXT, JSON -> "_utf8mb4 x'" + hex(text.getBytes(StandardCharsets.UTF_8)) + "'";
            case BYTES -> "x'" + hex(text.getBytes(StandardCharsets.ISO_8859_1)) + "'";
        };
    }

    private String numeric(String text) {
        return checked(text, "-?[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?");
    }

    private String temporal(String text) {
        return checked(text, "[-0-9:. ]+");
    }

    /** Keys of a refresh come from outside and become part of a statement. */
    private String checked(String text, String pattern) {
        if (!text.matches(pattern)) {
            throw new IllegalArgumentException("not a value of column " + column.name() + " " + column.mysqlType());
        }
        return text;
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
