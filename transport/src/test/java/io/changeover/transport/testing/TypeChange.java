package io.changeover.transport.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of a column's type that {@code plan} lets through without a loss, for the values that stand here.
 *
 * @param values SQL of values of the old type; NULL is one of every type
 */
public record TypeChange(String old, String next, List<String> values) {

    private static final String UTF8 = " CHARACTER SET utf8mb4";
    private static final List<String> TINY = List.of("-128", "-1", "0", "1", "127");
    private static final List<String> INTS = List.of("-2147483648", "-1", "0", "7", "2147483647");
    private static final List<String> SMALL_INTS = List.of("-32768", "-1", "0", "100", "32767");
    private static final List<String> BIGS = List.of("0", "1", "9223372036854775808", "18446744073709551615");
    private static final List<String> MONEY = List.of("-99999999.99", "-0.01", "0", "1.5", "99999999.99");
    private static final List<String> FLOATS =
            List.of("-3.4028235e38", "-0e0", "0", "0.1", "1", "16777216", "1e-45", "1.1754944e-38", "1e10", "123.456");
    private static final List<String> DOUBLES = List.of(
            "-1.7976931348623157e308",
            "-0e0",
            "0",
            "0.1",
            "1",
            "1e15",
            "1e16",
            "5e-324",
            "0.0001",
            "2.2250738585072014e-308",
            "123456.789");
    private static final List<String> DATES = List.of("'0000-00-00'", "'1000-01-01'", "'2024-02-29'", "'9999-12-31'");
    private static final List<String> MOMENTS =
            List.of("'0000-00-00'", "'1000-01-01'", "'2024-02-29 23:59:59'", "'9999-12-31 23:59:59'");
    private static final List<String> FINE_MOMENTS = List.of(
            "'1000-01-01'", "'2024-02-29 23:59:59.999'", "'2024-02-29 00:00:00.010'", "'9999-12-31 23:59:59.999'");
    private static final List<String> STAMPS =
            List.of("'1970-01-01 00:00:01'", "'2024-02-29 12:00:00.250'", "'2038-01-19 03:14:07'");
    private static final List<String> TIMES =
            List.of("'-838:59:59'", "'-00:00:01'", "'00:00:00'", "'25:01:02'", "'838:59:59'");
    private static final List<String> WORDS =
            List.of("''", "' '", "'a '", "'A'", "'é'", "'Straße'", "'it''s'", "'a\\\\b\\n\\t\\0c'", "'?'");
    private static final List<String> WIDE = List.of("''", "'a '", "'日本'", "'😀'", "'é'", "'e\u0301'", "'ÿ'");
    private static final List<String> BYTES = List.of("''", "X'00'", "X'0000'", "X'FF00FF'", "'abc'", "'a  '");
    private static final List<String> DOCUMENTS = List.of(
            "'{\"b\": 1, \"aa\": [1, 2.50, {\"c\": null}], \"\": \"\\\\u00e4 \\\\\\\\\"}'",
            "'[18446744073709551615, -9223372036854775808, 1e20, 1.0, 1, -0.0, 0.0, 5e-324]'",
            "'null'",
            "'\"text\"'",
            "JSON_OBJECT('d', CAST('2020-01-02' AS DATE), 'n', CAST('-1.50' AS DECIMAL(10,2)), 'b', X'00FF')");

    private static final List<TypeChange> ALL = List.of(
            // integers
            new TypeChange("TINYINT", "BIGINT", TINY),
            new TypeChange("TINYINT(1)", "BOOLEAN", List.of("0", "1", "2", "-1")),
            new TypeChange("TINYINT UNSIGNED", "BIT(8)", List.of("0", "1", "128", "255")),
            new TypeChange("SMALLINT", "MEDIUMINT", SMALL_INTS),
            new TypeChange("SMALLINT", "FLOAT", SMALL_INTS),
            new TypeChange("INT", "BIGINT", INTS),
            new TypeChange("INT", "DECIMAL(12,2)", INTS),
            new TypeChange("INT", "DOUBLE", INTS),
            new TypeChange("INT", "VARCHAR(11)" + UTF8, INTS),
            new TypeChange("INT", "VARBINARY(44)", INTS),
            new TypeChange("INT", "JSON", INTS),
            new TypeChange("INT UNSIGNED", "BIGINT", List.of("0", "1", "2147483648", "4294967295")),
            new TypeChange("INT(8) ZEROFILL", "BIGINT", List.of("0", "7", "4294967295")),
            new TypeChange("INT(8) ZEROFILL", "VARCHAR(11)" + UTF8, List.of("0", "7", "4294967295")),
            new TypeChange("INT", "INT(11) ZEROFILL", List.of("0", "7", "2147483647")),
            new TypeChange("BIGINT UNSIGNED", "DECIMAL(20,0)", BIGS),
            new TypeChange("BIGINT UNSIGNED", "BIT(64)", BIGS),
            new TypeChange("BIGINT UNSIGNED", "TEXT" + UTF8, BIGS),
            // decimals
            new TypeChange("DECIMAL(10,2)", "DECIMAL(20,4)", MONEY),
            new TypeChange("DECIMAL(10,2)", "DOUBLE", MONEY),
            new TypeChange("DECIMAL(10,2)", "VARCHAR(12)" + UTF8, MONEY),
            new TypeChange("DECIMAL(10,2)", "JSON", MONEY),
            new TypeChange("DECIMAL(8,2) ZEROFILL", "VARCHAR(12)" + UTF8, List.of("0", "1.5", "999999.99")),
            new TypeChange("DECIMAL(9,0)", "BIGINT", List.of("-999999999", "0", "5")),
            new TypeChange(
                    "DECIMAL(65,30)",
                    "DECIMAL(65,30)",
                    List.of("-99999999999999999999999999999999999.999999999999999999999999999999", "1e-30", "0")),
            // floating point
            new TypeChange("FLOAT", "FLOAT", FLOATS),
            new TypeChange("FLOAT", "DOUBLE", FLOATS),
            new TypeChange("FLOAT(7,3)", "DOUBLE", List.of("-9999.999", "0", "0.1", "1.5")),
            new TypeChange("FLOAT", "VARCHAR(24)" + UTF8, FLOATS),
            new TypeChange("FLOAT", "JSON", FLOATS),
            new TypeChange("FLOAT", "DECIMAL(20,10)", List.of("0.1", "-2.5", "16777216", "0.0000001", "123.456")),
            new TypeChange("DOUBLE", "DOUBLE", DOUBLES),
            new TypeChange("DOUBLE(10,3)", "DOUBLE", List.of("-0.001", "0", "1234567.891", "0.5")),
            new TypeChange("DOUBLE(10,3)", "DOUBLE(10,3)", List.of("-0.001", "0", "1234567.891", "0.5")),
            new TypeChange("DOUBLE", "VARCHAR(24)" + UTF8, DOUBLES),
            new TypeChange("DOUBLE", "VARBINARY(96)", DOUBLES),
            new TypeChange("DOUBLE", "JSON", DOUBLES),
            // bits
            new TypeChange("BIT(5)", "BIGINT", List.of("0", "1", "16", "31")),
            new TypeChange("BIT", "BOOLEAN", List.of("0", "1")),
            new TypeChange("BIT(9)", "BIT(64)", List.of("0", "1", "256", "511")),
            new TypeChange("BIT(64)", "DECIMAL(20,0)", BIGS),
            new TypeChange("BIT(9)", "VARCHAR(20)" + UTF8, List.of("0", "1", "256", "511")),
            new TypeChange("BIT(9)", "JSON", List.of("0", "1", "256", "511")),
            // dates and times
            new TypeChange("DATE", "DATETIME", DATES),
            new TypeChange("DATE", "DATETIME(6)", DATES),
            new TypeChange("DATE", "VARCHAR(10)" + UTF8, DATES),
            new TypeChange("DATETIME", "DATETIME(6)", MOMENTS),
            new TypeChange("DATETIME(3)", "DATETIME(6)", FINE_MOMENTS),
            new TypeChange("DATETIME(3)", "VARCHAR(23)" + UTF8, FINE_MOMENTS),
            new TypeChange("DATETIME(3)", "TIMESTAMP(6)", STAMPS),
            new TypeChange("TIMESTAMP(3)", "TIMESTAMP(6)", STAMPS),
            new TypeChange("TIMESTAMP(3)", "DATETIME(3)", STAMPS),
            new TypeChange("TIME", "TIME(6)", TIMES),
            new TypeChange("TIME(2)", "TIME(3)", List.of("'-838:59:58.99'", "'-00:00:00.01'", "'00:00:00.1'")),
            new TypeChange(
                    "TIME(2)", "VARCHAR(13)" + UTF8, List.of("'-838:59:58.99'", "'-00:00:00.01'", "'00:00:00.1'")),
            new TypeChange("YEAR", "SMALLINT", List.of("0", "1901", "2155")),
            new TypeChange("YEAR", "VARCHAR(4)" + UTF8, List.of("0", "1901", "2155")),
            new TypeChange("YEAR", "JSON", List.of("1901", "2155")),
            // texts
            new TypeChange("VARCHAR(20) CHARACTER SET latin1", "VARCHAR(20)" + UTF8, WORDS),
            new TypeChange("VARCHAR(20) CHARACTER SET latin1", "TEXT CHARACTER SET utf16", WORDS),
            new TypeChange("VARCHAR(20) CHARACTER SET latin1", "VARBINARY(80)", WORDS),
            new TypeChange(
                    "VARCHAR(20) CHARACTER SET ascii",
                    "VARCHAR(20) CHARACTER SET gbk",
                    List.of("''", "'a '", "'a\\\\'")),
            new TypeChange(
                    "VARCHAR(20) CHARACTER SET gbk",
                    "VARCHAR(20)" + UTF8,
                    List.of("''", "'中文 '", "_gbk X'A892'", "_gbk X'815C'")),
            new TypeChange(
                    "VARCHAR(20) CHARACTER SET sjis",
                    "VARCHAR(20)" + UTF8,
                    List.of("''", "'表ソ能'", "_sjis X'815C5C'", "_sjis X'815F'", "'ｱｲ '")),
            new TypeChange("VARCHAR(20) CHARACTER SET utf8mb3", "VARCHAR(20)" + UTF8, List.of("''", "'日本 '", "'é'")),
            new TypeChange("VARCHAR(20) CHARACTER SET utf16", "VARCHAR(20)" + UTF8, WIDE),
            new TypeChange("VARCHAR(20)" + UTF8, "VARCHAR(20) CHARACTER SET utf32", WIDE),
            new TypeChange(
                    "VARCHAR(20)" + UTF8 + " COLLATE utf8mb4_bin",
                    "VARCHAR(20)" + UTF8 + " COLLATE utf8mb4_general_ci",
                    WIDE),
            new TypeChange(
                    "VARCHAR(20)" + UTF8 + " COLLATE utf8mb4_0900_ai_ci",
                    "VARCHAR(40)" + UTF8 + " COLLATE utf8mb4_0900_ai_ci",
                    WIDE),
            new TypeChange("CHAR(5)" + UTF8, "VARCHAR(5)" + UTF8, List.of("''", "'a  '", "' a'", "'日本'")),
            new TypeChange("CHAR(5)" + UTF8, "CHAR(9)" + UTF8, List.of("''", "'a  '", "' a'", "'日本'")),
            new TypeChange("TINYTEXT" + UTF8, "LONGTEXT" + UTF8, WIDE),
            // bytes
            new TypeChange("BINARY(3)", "BINARY(3)", BYTES),
            new TypeChange("BINARY(3)", "VARBINARY(3)", BYTES),
            new TypeChange("VARBINARY(5)", "BLOB", BYTES),
            new TypeChange("TINYBLOB", "LONGBLOB", BYTES),
            // labels
            new TypeChange("ENUM('a','B','it''s')", "ENUM('it''s','a','B','more')", List.of("'a'", "'B'", "'it''s'")),
            new TypeChange("ENUM('a','é','') CHARACTER SET latin1", "VARCHAR(10)" + UTF8, List.of("'a'", "'é'", "''")),
            new TypeChange("ENUM('a','é')" + UTF8, "VARBINARY(10)", List.of("'a'", "'é'")),
            new TypeChange("ENUM('x','y','7')", "TINYINT", List.of("'x'", "'y'", "'7'")),
            new TypeChange(
                    "SET('a','b','c')", "SET('c','b','a','d')", List.of("''", "'a'", "'a,b'", "'a,b,c'", "'a,c'")),
            new TypeChange("SET('a','b','c')", "VARCHAR(20)" + UTF8, List.of("''", "'a'", "'a,c'")),
            new TypeChange("SET('a','b','c')", "BIGINT", List.of("''", "'a'", "'a,c'")),
            // documents and shapes
            new TypeChange("JSON", "JSON", DOCUMENTS),
            new TypeChange("JSON", "LONGTEXT" + UTF8, DOCUMENTS),
            new TypeChange("JSON", "LONGBLOB", DOCUMENTS),
            new TypeChange("POINT", "GEOMETRY", List.of("ST_GeomFromText('POINT(1 -2.5)')")),
            new TypeChange("POINT", "VARBINARY(100)", List.of("ST_GeomFromText('POINT(1 -2.5)')")),
            // made of others
            new TypeChange(
                    "VARCHAR(40)" + UTF8 + " AS (CONCAT('n', id)) STORED", "VARCHAR(40)" + UTF8, List.of("DEFAULT")),
            new TypeChange("INT AS (id + 1) VIRTUAL", "BIGINT", List.of("DEFAULT")));

    public static List<TypeChange> all() {
        return ALL;
    }

    /** Groups of at most so many, each to be one table, by name. */
    public static Map<String, List<TypeChange>> tables(int columns) {
        Map<String, List<TypeChange>> tables = new LinkedHashMap<>();
        for (int from = 0; from < ALL.size(); from += columns) {
            tables.put("change_" + from, ALL.subList(from, Math.min(ALL.size(), from + columns)));
        }
        return tables;
    }

    /** A table of the old types, or the new ones, with the columns {@code id}, {@code c0}, {@code c1} and so on. */
    public static String ddl(String table, List<TypeChange> columns, boolean isOld) {
        StringBuilder ddl = new StringBuilder("CREATE TABLE ").append(table).append(" (id INT PRIMARY KEY");
        for (int i = 0; i < columns.size(); i++) {
            String type = isOld ? columns.get(i).old : columns.get(i).next;
            boolean stamp = type.startsWith("TIMESTAMP");
            ddl.append(", c").append(i).append(' ').append(type).append(stamp ? " NULL" : "");
        }
        return ddl.append(')').toString();
    }

    /** Writes of rows that have every value of every column; the last row is NULL. */
    public static List<String> writes(String table, List<TypeChange> columns) {
        int rows = Collections.max(
                columns.stream().map(change -> change.values.size()).toList());
        List<String> writes = new ArrayList<>();
        for (int row = 0; row <= rows; row++) {
            StringBuilder insert = new StringBuilder("INSERT IGNORE INTO ")
                    .append(table)
                    .append(" VALUES (")
                    .append(row);
            for (TypeChange column : columns) {
                insert.append(", ").append(column.value(row, row == rows));
            }
            writes.add(insert.append(')').toString());
        }
        return writes;
    }

    private @Nullable String value(int row, boolean isLast) {
        boolean made = values.equals(List.of("DEFAULT"));
        return isLast && !made ? "NULL" : values.get(row % values.size());
    }

    @Override
    public String toString() {
        return old + " to " + next;
    }
}
