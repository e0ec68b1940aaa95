package io.changeover.capture.value;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column as a SELECT reads it: the expression, how its bytes become the very text that the stream gives, and how such a
 * text stands in a comparison. For sessions in UTC whose results come in the text protocol.
 */
public final class SelectedColumn {

    /** Families of types that are read alike. */
    private enum Kind {
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

    private final Column column;
    private final Kind kind;
    /** Of a text. */
    private final @Nullable TextCharset charset;

    private SelectedColumn(Column column, Kind kind, @Nullable TextCharset charset) {
        this.column = column;
        this.kind = kind;
        this.charset = charset;
    }

    /**
     * @param charset MySQL's character set of a text; null for anything else
     * @throws io.changeover.transport.problem.ChangeoverException (11) when it cannot be decoded
     */
    public static SelectedColumn of(Column column, @Nullable String charset) {
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
        return new SelectedColumn(column, kind, charset == null ? null : TextCharset.of(charset, column.name()));
    }

    public Column column() {
        return column;
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
            // its own bytes: MySQL would put a question mark where its character set has no character
            case TEXT -> "CAST(" + name + " AS BINARY)";
            case JSON -> "CAST(" + name + " AS CHAR CHARACTER SET utf8mb4)";
        };
    }

    /** The value of a cell that is not NULL. */
    public String text(byte[] bytes) {
        return switch (kind) {
            case NUMBER, PADDED_NUMBER, PADDED_DECIMAL, CODE, TEMPORAL -> new String(bytes, StandardCharsets.UTF_8);
            // MySQL 5.7 breaks the lines of bytes without escaping that
            case JSON -> new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n");
            case TEXT -> Objects.requireNonNull(charset, "charset").decode(bytes);
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
