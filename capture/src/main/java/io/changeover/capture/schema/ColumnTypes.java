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

    private ColumnTypes() {}

    static Column column(io.debezium.relational.Column parsed) {
        String words = parsed.typeName().toLowerCase(Locale.ROOT);
        boolean zerofill = words.contains(" zerofill");
        boolean unsigned = zerofill || words.contains(" unsigned");
        String name = words.replace(" unsigned", "")
                .replace(" signed", "")
                .replace(" zerofill", "")
                .replace(" binary", "")
                .trim();
        String base = base(name, parsed);
        String type = base + parameters(base, name, parsed, zerofill, unsigned);
        if (unsigned) {
            type += " unsigned";
        }
        if (zerofill) {
            type += " zerofill";
        }
        return new Column(parsed.name(), type, CanalTypes.sqlType(type));
    }

    /** The character set of a column that holds text, as MySQL names it. */
    static @Nullable String charset(io.debezium.relational.Column parsed, Column column) {
        String charset = parsed.charsetName();
        if (!TEXTS.contains(column.baseType())) {
            return null;
        }
        return charset == null ? "utf8mb4" : charset;
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
