package io.changeover.transport.event;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column as the message contract shows it.
 *
 * @param mysqlType full type with parameters, as {@code SHOW CREATE TABLE} prints it: {@code decimal(10,2)}, {@code bigint
 *     unsigned}, {@code enum('a','b')}
 * @param sqlType the {@link java.sql.Types} code that Canal gives for the type
 * @param collation by which the source compares the column's texts: {@code latin1_bin}; null where it holds none, or where
 *     it is not known
 */
public record Column(
        String name,
        String mysqlType,
        int sqlType,
        @Nullable String collation) {

    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set");

    public Column(String name, String mysqlType, int sqlType) {
        this(name, mysqlType, sqlType, null);
    }

    /** A column whose {@code sqlType} follows from its type. */
    public static Column of(String name, String mysqlType) {
        return new Column(name, mysqlType, CanalTypes.sqlType(mysqlType));
    }

    /** The same column with its collation, where it can have one. */
    public Column collated(@Nullable String by) {
        return isText() ? new Column(name, mysqlType, sqlType, by) : this;
    }

    /** Whether its values are compared by a collation. */
    public boolean isText() {
        return TEXTS.contains(baseType());
    }

    /** The type's first word in lower case: {@code decimal}, {@code enum}. */
    public String baseType() {
        int end = 0;
        while (end < mysqlType.length() && Character.isLetter(mysqlType.charAt(end))) {
            end++;
        }
        return mysqlType.substring(0, end).toLowerCase(Locale.ROOT);
    }

    public boolean unsigned() {
        return mysqlType.toLowerCase(Locale.ROOT).contains(" unsigned");
    }
}
