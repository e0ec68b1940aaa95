package io.changeover.reconcile.table;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The key of an old row in the texts of the message contract, in which messages carry it and refreshes ask for it. */
public final class OldKey {

    private OldKey() {}

    /**
     * The old key of a new row.
     *
     * @param key of the new row, as a server sent it
     * @return by old column, in the order of the old table's key
     * @throws IllegalArgumentException when a value is none of the old column
     */
    public static Map<String, String> of(ComparedTable table, List<@Nullable String> key) {
        Map<String, String> old = new LinkedHashMap<>();
        for (TableColumns.Found column : table.walk()) {
            for (int i = 0; i < table.key().size(); i++) {
                String name = table.key().get(i).oldName();
                if (name != null && name.equalsIgnoreCase(column.name())) {
                    old.put(column.name(), text(column, Objects.requireNonNull(key.get(i), "a key is never NULL")));
                }
            }
        }
        return old;
    }

    private static String text(TableColumns.Found column, String raw) {
        return switch (column.type().base()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "bit" ->
                new BigDecimal(raw).toBigIntegerExact().toString();
            case "decimal" ->
                new BigDecimal(raw)
                        .setScale(column.type().digits(), RoundingMode.UNNECESSARY)
                        .toPlainString();
            case "float" -> Float.toString((float) Double.parseDouble(raw));
            case "double" -> Double.toString(Double.parseDouble(raw));
            case "enum" -> String.valueOf(labels(column).indexOf(utf8(raw)) + 1);
            case "set" -> bits(labels(column), utf8(raw)).toString();
            case "datetime", "timestamp", "time" ->
                withFraction(raw, column.type().digits());
            case "date", "year" -> raw;
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> utf8(raw);
            default -> raw; // bytes: a character for each, as in messages
        };
    }

    private static List<String> labels(TableColumns.Found column) {
        return Labels.of(Column.of(column.name(), column.declared())).all();
    }

    private static BigInteger bits(List<String> labels, String set) {
        BigInteger bits = BigInteger.ZERO;
        for (String label : set.isEmpty() ? new String[0] : set.split(",")) {
            bits = bits.setBit(labels.indexOf(label));
        }
        return bits;
    }

    private static String withFraction(String raw, int digits) {
        int point = raw.indexOf('.');
        String whole = point < 0 ? raw : raw.substring(0, point);
        if (digits == 0) {
            return whole;
        }
        String fraction = point < 0 ? "" : raw.substring(point + 1);
        return whole + "." + (fraction + "000000").substring(0, digits);
    }

    private static String utf8(String raw) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /**
     * What is left of an old key when everything is taken away that some collation or type overlooks: two ways to write one
     * key give the same, and now and then two keys do.
     *
     * @param key in texts of the message contract
     */
    public static String blurred(ComparedTable table, Map<String, String> key) {
        StringBuilder blurred = new StringBuilder();
        for (TableColumns.Found column : table.walk()) {
            String text = key.getOrDefault(column.name(), "");
            String part =
                    switch (column.type().family()) {
                        case NUMBER -> number(text);
                        case TEMPORAL -> text.replaceAll("\\.?0+$", "");
                        case FLOAT, DOUBLE -> String.valueOf((float) Double.parseDouble(text));
                        case EXACT, JSON, PADDED, SET -> letters(text);
                    };
            blurred.append(part.length()).append(':').append(part);
        }
        return blurred.toString();
    }

    private static String number(String text) {
        return new BigDecimal(text).stripTrailingZeros().toPlainString();
    }

    private static String letters(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[ \\u0000]+$", "");
    }
}
