package io.changeover.transport.event;

import java.util.Locale;

/**
 * A column as the message contract shows it.
 *
 * @param mysqlType full type with parameters, as {@code SHOW CREATE TABLE} prints it: {@code decimal(10,2)}, {@code bigint
 *     unsigned}, {@code enum('a','b')}
 * @param sqlType the {@link java.sql.Types} code that Canal gives for the type
 */
public record Column(String name, String mysqlType, int sqlType) {

    /** A column whose {@code sqlType} follows from its type. */
    public static Column of(String name, String mysqlType) {
        return new Column(name, mysqlType, CanalTypes.sqlType(mysqlType));
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
