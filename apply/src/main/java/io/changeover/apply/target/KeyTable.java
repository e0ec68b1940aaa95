package io.changeover.apply.target;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.TableName;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hands many keys to MySQL as one JSON parameter, which it reads as a table {@code q} with the ordinal {@code n} and the key
 * columns in the target's own types and collations: rows are found by the primary key as MySQL itself compares it.
 */
final class KeyTable {

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,20}");

    private final List<TargetColumn> key;

    KeyTable(List<TargetColumn> key) {
        this.key = key;
    }

    /** The table; its parameter is {@link #json}. */
    String table() {
        return "JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, "
                + IntStream.range(0, key.size())
                        .mapToObj(i ->
                                "k" + i + " " + type(key.get(i)) + " PATH '$[" + i + "]' ERROR ON EMPTY ERROR ON ERROR")
                        .collect(Collectors.joining(", "))
                + ")) q";
    }

    /** The join of table {@code t} to it. */
    String match() {
        return IntStream.range(0, key.size())
                .mapToObj(i -> "t." + TableName.quote(key.get(i).name()) + " = " + value(i))
                .collect(Collectors.joining(" AND "));
    }

    /** The value of key column {@code i}, from {@code q}. */
    String value(int i) {
        return key.get(i).isBinary() ? "UNHEX(q.k" + i + ")" : "q.k" + i;
    }

    /**
     * Whether a row of table {@code t} can be found as {@code t.<number column> IN (<numbers>)}: the key is one plain number.
     * The index then finds the rows without a joined table. (For several columns MySQL's range optimizer takes time that grows
     * with the square of the rows: 90 us for each of 1000 measured, 5 us for the joined table.)
     */
    boolean isNumber(RowKey row) {
        return key.size() == 1
                && key.get(0).isInteger()
                && INTEGER.matcher(row.values().get(0)).matches();
    }

    /** The column of {@link #isNumber}, quoted. */
    String numberColumn() {
        return TableName.quote(key.get(0).name());
    }

    /** The value of {@link #isNumber}, to be bound as a number: quoted digits would be compared as text. */
    static BigInteger number(RowKey row) {
        return new BigInteger(row.values().get(0));
    }

    private static String type(TargetColumn column) {
        if (column.isInteger() || column.type().equals("bit")) {
            return column.isUnsigned() || column.type().equals("bit") ? "BIGINT UNSIGNED" : "BIGINT";
        }
        if (column.isBinary()) {
            return "VARCHAR(6144) CHARACTER SET ascii";
        }
        if (column.isText()) {
            return "VARCHAR(1024) CHARACTER SET " + column.charset() + " COLLATE " + column.collation();
        }
        return switch (column.type()) {
            case "decimal" -> "DECIMAL(65,30)";
            case "float", "double" -> "DOUBLE";
            case "date" -> "DATE";
            case "datetime", "timestamp" -> "DATETIME(6)";
            case "time" -> "TIME(6)";
            case "year" -> "INT";
            default -> "VARCHAR(1024)";
        };
    }

    /** The keys, in order, as the parameter. */
    String json(List<RowKey> keys) {
        StringBuilder json = new StringBuilder(16 + 16 * key.size() * keys.size());
        char separator = '[';
        for (RowKey row : keys) {
            json.append(separator);
            separator = ',';
            append(json, row.values());
        }
        return json.append(']').toString();
    }

    private void append(StringBuilder json, List<String> values) {
        for (int i = 0; i < key.size(); i++) {
            json.append(i == 0 ? '[' : ',').append('"');
            String value = values.get(i);
            if (key.get(i).isBinary()) {
                json.append(HexFormat.of().formatHex(value.getBytes(StandardCharsets.ISO_8859_1)));
            } else {
                JsonStringEncoder.getInstance().quoteAsString(value, json);
            }
            json.append('"');
        }
        json.append(']');
    }
}
