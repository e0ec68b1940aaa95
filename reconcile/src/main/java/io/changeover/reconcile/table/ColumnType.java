package io.changeover.reconcile.table;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the comparison has to know of a column's type.
 *
 * @param base the type's first word in lower case: {@code decimal}, {@code datetime}
 * @param digits digits after the point: scale of a decimal, fraction of a second; 0 for the others
 * @param zerofill whether MySQL prints its numbers with zeros before them, which are in no message
 */
public record ColumnType(String base, int digits, boolean zerofill) {

    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?");
    private static final Pattern TEMPORAL = Pattern.compile("[-0-9:. ]+");
    private static final String NOTHING = "NULL";

    /** How two texts of one value may differ. */
    enum Family {
        /** They may not. */
        EXACT,
        /** Zeros after the point or before the number. */
        NUMBER,
        /** By the precision of the narrower of the two. */
        FLOAT,
        DOUBLE,
        /** Digits of the fraction. */
        TEMPORAL,
        /** How a number inside is written. */
        JSON,
        /** Zero bytes that fill a {@code BINARY(n)}. */
        PADDED,
        /** The order of labels: a SET has its own. */
        SET
    }

    ColumnType(String base, int digits) {
        this(base, digits, false);
    }

    /** From the columns {@code DATA_TYPE}, {@code NUMERIC_SCALE}, {@code DATETIME_PRECISION} and {@code COLUMN_TYPE}. */
    static ColumnType of(String dataType, int scale, int fraction, String declared) {
        return new ColumnType(
                dataType.toLowerCase(Locale.ROOT), Math.max(scale, fraction), declared.endsWith(" zerofill"));
    }

    /** Whether its values are labels with numbers. */
    boolean hasLabels() {
        return base.equals("enum") || base.equals("set");
    }

    Family family() {
        return switch (base) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "bit", "year" -> Family.NUMBER;
            case "float" -> Family.FLOAT;
            case "double" -> Family.DOUBLE;
            case "date", "datetime", "timestamp", "time" -> Family.TEMPORAL;
            case "binary" -> Family.PADDED;
            case "json" -> Family.JSON;
            case "set" -> Family.SET;
            default -> Family.EXACT;
        };
    }

    boolean isFloating() {
        return family() == Family.FLOAT || family() == Family.DOUBLE;
    }

    /** Whether it takes numbers for numbers, as apply has it: a label is written to it by its number. */
    boolean takesNumbers() {
        return isFloating() || (family() == Family.NUMBER && !base.equals("bit") && !base.equals("year"));
    }

    /**
     * SQL that shows a value of this type, or one that is to become it, completely: the plain text of a FLOAT has six
     * digits only, that of a {@code DOUBLE(M,D)} D after the point, that of a BIT is not a number, and a text is JSON only after
     * it was parsed. A sum would lose the sign of -0.
     */
    String shown(String sql) {
        return switch (base) {
            case "float" -> "(" + sql + ") * 1E0";
            case "double" -> digits == 0 ? sql : "(" + sql + ") * 1E0";
            case "bit" -> "(" + sql + ") + 0";
            case "json" ->
                "CASE WHEN JSON_VALID(" + sql + ") THEN CAST(CAST(" + sql + " AS JSON) AS CHAR) ELSE " + sql + " END";
            default -> zerofill ? "(" + sql + ") + 0" : sql;
        };
    }

    /** SQL by which keys of this type are walked and compared with {@link #literal}s: in one order, whole values. */
    String walked(String sql) {
        return switch (base) {
            case "float" -> sql + " * 1E0";
            case "double" -> digits == 0 ? sql : sql + " * 1E0";
            case "bit" -> sql + " + 0";
            // compared as a text but ordered by its number: a walk would skip rows
            case "enum", "set" -> "CONCAT(" + sql + ")";
            default -> sql;
        };
    }

    /** A value as SQL; hex where the text could hold anything. A text of the other side that is no such value equals none. */
    String literal(@Nullable String raw) {
        if (raw == null) {
            return "NULL";
        }
        return switch (base) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "bit", "float", "double" ->
                NUMBER.matcher(raw).matches() ? raw : NOTHING;
            case "date", "datetime", "timestamp", "time", "year" ->
                TEMPORAL.matcher(raw).matches() ? "'" + raw + "'" : NOTHING;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> hex(raw);
            default -> "_utf8mb4 " + hex(raw);
        };
    }

    private static String hex(String raw) {
        StringBuilder hex = new StringBuilder(3 + 2 * raw.length()).append("X'");
        for (int i = 0; i < raw.length(); i++) {
            hex.append(Character.forDigit(raw.charAt(i) >> 4, 16)).append(Character.forDigit(raw.charAt(i) & 15, 16));
        }
        return hex.append('\'').toString();
    }
}
