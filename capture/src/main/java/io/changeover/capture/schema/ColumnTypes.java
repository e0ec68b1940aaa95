package io.changeover.capture.schema;

import io.changeover.transport.event.CanalTypes;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A column as the DDL parser read it to the column of the messages. The type's text is that of {@code SHOW CREATE TABLE} in
 * MySQL 8.0: synonyms resolved, no display width but that of {@code tinyint(1)} and of {@code zerofill}.
 */
final class ColumnTypes {

    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("integer", "int"),
            Map.entry("int1", "tinyint"),
            Map.entry("int2", "smallint"),
            Map.entry("int3", "mediumint"),
            Map.entry("middleint", "mediumint"),
            Map.entry("int4", "int"),
            Map.entry("int8", "bigint"),
            Map.entry("dec", "decimal"),
            Map.entry("numeric", "decimal"),
            Map.entry("fixed", "decimal"),
            Map.entry("float4", "float"),
            Map.entry("float8", "double"),
            Map.entry("real", "double"),
            Map.entry("double precision", "double"),
            Map.entry("character", "char"),
            Map.entry("nchar", "char"),
            Map.entry("national char", "char"),
            Map.entry("national character", "char"),
            Map.entry("long", "mediumtext"),
            Map.entry("long varchar", "mediumtext"),
            Map.entry("long varbinary", "mediumblob"),
            Map.entry("geometrycollection", "geomcollection"));

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> TEXTS = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");

    /** What a text in the character set {@code binary} is. */
    private static final Map<String, String> BYTES = Map.of(
            "char", "binary",
            "varchar", "varbinary",
            "tinytext", "tinyblob",
            "text", "blob",
            "mediumtext", "mediumblob",
            "longtext", "longblob");

    /** The most bytes that a character has, where they are more than one. */
    private static final Map<String, Integer> WIDTHS = Map.ofEntries(
            Map.entry("utf8mb4", 4),
            Map.entry("utf16", 4),
            Map.entry("utf16le", 4),
            Map.entry("utf32", 4),
            Map.entry("gb18030", 4),
            Map.entry("utf8", 3),
            Map.entry("utf8mb3", 3),
            Map.entry("ujis", 3),
            Map.entry("eucjpms", 3),
            Map.entry("ucs2", 2),
            Map.entry("gbk", 2),
            Map.entry("gb2312", 2),
            Map.entry("big5", 2),
            Map.entry("sjis", 2),
            Map.entry("cp932", 2),
            Map.entry("euckr", 2));

    private ColumnTypes() {}

    /** @param collation as the statements say it; null where they do not */
    static Column column(io.debezium.relational.Column parsed, @Nullable String collation) {
        String words = parsed.typeName().toLowerCase(Locale.ROOT);
        boolean zerofill = words.contains(" zerofill");
        boolean unsigned = zerofill || words.contains(" unsigned");
        String name = words.replace(" unsigned", "")
                .replace(" signed", "")
                .replace(" zerofill", "")
                .replace(" binary", "")
                .trim();
        String base = sized(base(name, parsed), parsed, charset(parsed, collation));
        String type = base + parameters(base, name, parsed, zerofill, unsigned);
        if (unsigned) {
            type += " unsigned";
        }
        if (zerofill) {
            type += " zerofill";
        }
        return new Column(parsed.name(), type, CanalTypes.sqlType(type)).collated(collation);
    }

    /** The character set of a column that holds text, as MySQL names it. */
    static @Nullable String charset(io.debezium.relational.Column parsed, Column column) {
        return TEXTS.contains(column.baseType()) ? charset(parsed, column.collation()) : null;
    }

    private static String charset(io.debezium.relational.Column parsed, @Nullable String collation) {
        if (collation != null) {
            return collation.split("_", 2)[0];
        }
        String charset = parsed.charsetName();
        return charset == null ? "utf8mb4" : charset.toLowerCase(Locale.ROOT);
    }

    /** {@code TEXT(100)} is the smallest type for so many characters; a text of no character set holds bytes. */
    private static String sized(String base, io.debezium.relational.Column parsed, String charset) {
        String type = base;
        boolean text = base.equals("text");
        if ((text || base.equals("blob")) && parsed.length() > 0) {
            long bytes = (long) parsed.length() * (text ? WIDTHS.getOrDefault(charset, 1) : 1);
            type = (bytes < 1 << 8 ? "tiny" : bytes < 1 << 16 ? "" : bytes < 1 << 24 ? "medium" : "long") + base;
        }
        return charset.equals("binary") ? BYTES.getOrDefault(type, type) : type;
    }

    private static String base(String name, io.debezium.relational.Column parsed) {
        if (name.equals("bool") || name.equals("boolean")) {
            return "tinyint";
        }
        if (name.equals("float") && parsed.scale().isEmpty() && parsed.length() > 24) {
            return "double";
        }
        if ((name.endsWith("varchar") && !name.startsWith("long")) || name.endsWith("varying")) {
            return "varchar";
        }
        return SYNONYMS.getOrDefault(name, name);
    }

    private static String parameters(
            String base, String name, io.debezium.relational.Column parsed, boolean zerofill, boolean unsigned) {
        int length = parsed.length();
        if (INTEGERS.contains(base)) {
            boolean truth = base.equals("tinyint") && !unsigned && (length == 1 || name.startsWith("bool"));
            if (truth) {
                return "(1)";
            }
            return zerofill && length > 0 ? "(" + length + ")" : "";
        }
        return switch (base) {
            case "decimal" -> "(" + length + "," + parsed.scale().orElse(0) + ")";
            case "float", "double" ->
                parsed.scale().isPresent() ? "(" + length + "," + parsed.scale().get() + ")" : "";
            case "bit", "char", "binary" -> "(" + Math.max(1, length) + ")";
            case "varchar", "varbinary" -> "(" + length + ")";
            case "vector" -> "(" + (length > 0 ? length : 2048) + ")";
            case "datetime", "timestamp", "time" -> length > 0 ? "(" + length + ")" : "";
            case "enum", "set" ->
                parsed.enumValues().stream().map(ColumnTypes::member).collect(Collectors.joining(",", "(", ")"));
            default -> "";
        };
    }

    /** A member in the quotes and escapes of SHOW CREATE TABLE, without blanks at its end, which MySQL takes off. */
    private static String member(String literal) {
        boolean text = literal.startsWith("'") || literal.startsWith("\"");
        return text ? Labels.quoted(Labels.unquoted(literal).replaceFirst(" +$", "")) : literal;
    }
}
