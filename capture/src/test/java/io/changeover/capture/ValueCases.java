package io.changeover.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of every type of MySQL. */
final class ValueCases {

    private ValueCases() {}

    /** Type to literals, each with the text that is wanted; null where only the two roads must agree. */
    static Map<String, Map<String, @Nullable String>> cases() {
        Map<String, Map<String, @Nullable String>> cases = new LinkedHashMap<>();
        cases.put("tinyint", Map.of("-128", "-128", "127", "127"));
        cases.put("tinyint unsigned", Map.of("255", "255"));
        cases.put("tinyint(1)", Map.of("1", "1", "-5", "-5"));
        cases.put("smallint unsigned", Map.of("65535", "65535"));
        cases.put("mediumint", Map.of("-8388608", "-8388608"));
        cases.put("mediumint unsigned", Map.of("16777215", "16777215"));
        cases.put("int", Map.of("-2147483648", "-2147483648"));
        cases.put("int unsigned", Map.of("4294967295", "4294967295"));
        cases.put("int(8) unsigned zerofill", Map.of("42", "42"));
        cases.put("bigint", Map.of("-9223372036854775808", "-9223372036854775808"));
        cases.put("bigint unsigned", Map.of("18446744073709551615", "18446744073709551615", "0", "0"));
        cases.put("decimal(10,2)", Map.of("0", "0.00", "-0.01", "-0.01", "99999999.99", "99999999.99"));
        cases.put(
                "decimal(65,30)",
                Map.of(
                        "-12345678901234567890123456789012345.123456789012345678901234567890",
                        "-12345678901234567890123456789012345.123456789012345678901234567890",
                        "0.000000000000000001",
                        "0.000000000000000001000000000000"));
        cases.put("decimal(9,9)", Map.of("0.123456789", "0.123456789", "-0.000000001", "-0.000000001"));
        cases.put("decimal(20,0)", Map.of("-10000000000", "-10000000000"));
        cases.put(
                "float",
                Map.of("0.1", "0.1", "3.4028235e38", "3.4028235E38", "16777216", "1.6777216E7", "-0e0", "-0.0"));
        cases.put("float(7,3)", nulls("999.9998", "1.5"));
        cases.put(
                "double",
                nulls("0.1", "1e308", "1.7976931348623157e308", "5e-324", "-0e0", "2e-3", "123456789.123456789"));
        cases.put("double(10,3)", nulls("-0.001", "1234567.891"));
        cases.put("bit(1)", Map.of("b'1'", "1", "b'0'", "0"));
        cases.put("bit(10)", Map.of("b'1000000001'", "513"));
        cases.put("bit(64)", Map.of("0xFFFFFFFFFFFFFFFF", "18446744073709551615"));
        cases.put("date", same("0000-00-00", "2020-00-00", "2020-02-00", "1582-10-10", "0001-01-01", "9999-12-31"));
        cases.put(
                "datetime",
                same("0000-00-00 00:00:00", "2020-00-15 10:00:00", "1582-10-10 01:02:03", "0001-01-01 00:00:00"));
        cases.put("datetime(1)", same("2020-01-02 03:04:05.6"));
        cases.put("datetime(3)", same("2020-01-02 03:04:05.060", "0000-00-00 00:00:00.000"));
        cases.put("datetime(6)", same("9999-12-31 23:59:59.999999", "2020-01-02 03:04:05.000001"));
        cases.put(
                "timestamp null",
                same("2020-01-02 03:04:05", "1970-01-01 00:00:01", "2038-01-19 03:14:07", "0000-00-00 00:00:00"));
        cases.put("timestamp(5) null", same("2020-01-02 03:04:05.67890", "0000-00-00 00:00:00.00000"));
        cases.put("time", same("-838:59:59", "838:59:59", "00:00:00", "25:01:02"));
        cases.put("time(1)", same("-00:00:00.1", "10:11:12.3"));
        cases.put("time(2)", same("-25:01:02.03", "25:01:02.03"));
        cases.put("time(4)", same("-00:00:01.0001", "-01:00:00.0000"));
        cases.put("time(6)", same("-838:59:58.999999", "00:00:00.000001", "-00:00:00.000001"));
        cases.put("year", Map.of("2024", "2024", "1901", "1901", "'0000'", "0000", "2155", "2155"));
        cases.put("char(10)", Map.of("'a  '", "a", "''", "", "'\u00e4\ud83d\ude00'", "\u00e4\ud83d\ude00"));
        cases.put("char(200)", Map.of("REPEAT('\u20ac', 200)", "\u20ac".repeat(200)));
        cases.put(
                "varchar(50)",
                Map.of("'a  '", "a  ", "'NULL'", "NULL", "'\ud83d\ude00'", "\ud83d\ude00", "'\\0x'", "\0x"));
        cases.put("varchar(500)", Map.of("REPEAT('x', 500)", "x".repeat(500)));
        cases.put(
                "varchar(50) character set latin1",
                Map.of("'\u00e4\u20ac'", "\u00e4\u20ac", "_latin1 0x818D8F909D", "\u0081\u008d\u008f\u0090\u009d"));
        cases.put("varchar(50) character set gbk", Map.of("'\u4e2d\u6587'", "\u4e2d\u6587"));
        cases.put("varchar(50) character set utf16", Map.of("'a\ud83d\ude00'", "a\ud83d\ude00"));
        cases.put("varchar(50) character set utf8mb3", Map.of("'\u20ac'", "\u20ac"));
        cases.put("char(20) character set sjis", Map.of("'\u65e5\u672c'", "\u65e5\u672c"));
        cases.put("tinytext", Map.of("'x'", "x"));
        cases.put("text", Map.of("REPEAT('\u00e4', 30000)", "\u00e4".repeat(30000)));
        cases.put("longtext character set cp1251", Map.of("'\u041f\u0440\u0438'", "\u041f\u0440\u0438"));
        cases.put("binary(4)", Map.of("x'0100'", "\u0001\0\0\0", "x'FF80'", "\u00ff\u0080\0\0"));
        cases.put("varbinary(20)", Map.of("x'00FF8041'", "\0\u00ff\u0080A", "x''", ""));
        cases.put("blob", Map.of("x'00FF'", "\0\u00ff"));
        cases.put("mediumblob", Map.of("REPEAT(x'FE', 70000)", "\u00fe".repeat(70000)));
        cases.put("enum('a','b,c','d''e','')", Map.of("'b,c'", "2", "'d''e'", "3", "''", "4"));
        cases.put(
                "enum('back\\\\slash','it''s','\u00e4\ud83d\ude00','\"q\"','new\\nline')",
                Map.of("'back\\\\slash'", "1", "'\"q\"'", "4", "5", "5"));
        cases.put("set('r','w','x')", Map.of("'r,x'", "5", "''", "0"));
        cases.put(bigSet(), Map.of("0xFFFFFFFFFFFFFFFF + 0", "18446744073709551615"));
        cases.put("point", nulls("ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(1 2)', 4326)"));
        cases.put("geometry", nulls("ST_GeomFromText('LINESTRING(0 0, 1 1)')"));
        cases.put("json", json());
        return cases;
    }

    private static Map<String, @Nullable String> json() {
        Map<String, @Nullable String> json = nulls(
                "'{\"b\":1,\"aa\":[1,2,{\"c\":null}],\"t\":true,\"f\":false}'",
                "'[1.5, 1e20, 1e15, 1e14, 1e16, 123456789012345678, 0.1, 1e-5, 1e-14, 1e-15, 1e-16, 1e-20, 1e308, 5e-324, -0.0, 0.0]'",
                "'[2e-3, 5.684341886080802E-14, 1.7976931348623157e308, 100.0, 12345678901234567890.5, 9007199254740993.0]'",
                "'[18446744073709551615, -9223372036854775808, 9223372036854775807, 65535, -32768, 65536, 2147483648]'",
                "'\"a\\\\\"b\\\\\\\\ \\\\n \\\\t \\\\u0001 \\\\u001f / \u00e4 \ud83d\ude00\"'",
                "'{}'",
                "'[]'",
                "'null'",
                "'\"\"'",
                "JSON_OBJECT('d', CAST('2020-01-02' AS DATE), 'dt', CAST('2020-01-02 03:04:05.6' AS DATETIME(6)),"
                        + " 't', CAST('-25:01:02.5' AS TIME(6)), 'n', CAST('-1.50' AS DECIMAL(10,2)))",
                "JSON_OBJECT('b', x'00FF80', 'long', REPEAT(x'AB', 200), 'bit', b'101')",
                "JSON_OBJECT('y', CAST(2020 AS YEAR), 'ts', TIMESTAMP('2020-01-02 03:04:05'))",
                "CONCAT('{\"k\": \"', REPEAT('x', 70000), '\", \"z\": [', REPEAT('1000000,', 9000), '1]}')");
        json.put("'{\"a\":1, \"b\" : [1,2]}'", "{\"a\": 1, \"b\": [1, 2]}");
        return json;
    }

    private static String bigSet() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            members.add("'m" + i + "'");
        }
        return "set(" + String.join(",", members) + ")";
    }

    private static Map<String, @Nullable String> same(String... texts) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (String text : texts) {
            values.put("'" + text + "'", text);
        }
        return values;
    }

    private static Map<String, @Nullable String> nulls(String... literals) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (String literal : literals) {
            values.put(literal, null);
        }
        return values;
    }

    /** @param column number of the column, from 0 */
    record Value(
            int column,
            String type,
            String literal,
            @Nullable String wanted) {}

    static List<Value> values() {
        List<Value> values = new ArrayList<>();
        int column = 0;
        for (Map.Entry<String, Map<String, @Nullable String>> type : cases().entrySet()) {
            for (Map.Entry<String, @Nullable String> value : type.getValue().entrySet()) {
                values.add(new Value(column, type.getKey(), value.getKey(), value.getValue()));
            }
            column++;
        }
        return values;
    }
}
