package io.changeover.transport.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import java.sql.Types;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the texts of a column look like. */
final class ValueSchema {

    private static final Pattern PARAMETERS = Pattern.compile("^[a-z]+\\((\\d+)(?:,(\\d+))?\\)");
    /** What has a meaning in a regular expression of ECMA-262. */
    private static final Pattern SYNTAX = Pattern.compile("[\\^$\\\\.*+?()\\[\\]{}|/]");

    private static final String UNSIGNED = "^(0|[1-9][0-9]*)$";
    private static final String SIGNED = "^-?(0|[1-9][0-9]*)$";
    private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String SECONDS = "[0-9]{2}:[0-9]{2}";

    private ValueSchema() {}

    /** A value of a column that is no key: it may be null. */
    static ObjectNode nullable(Column column, MessageForm form) {
        ObjectNode schema = of(column, form);
        schema.putArray("type").add("string").add("null");
        if (schema.has("enum")) {
            schema.withArray("enum").addNull();
        }
        return schema;
    }

    /** A value that is not null. */
    static ObjectNode of(Column column, MessageForm form) {
        ObjectNode schema = texts(column, form);
        schema.put("type", "string");
        return schema.put("description", column.mysqlType());
    }

    private static ObjectNode texts(Column column, MessageForm form) {
        int length = parameter(column, 1);
        return switch (column.baseType()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint" ->
                JsonSchema.text(column.unsigned() ? UNSIGNED : SIGNED);
            case "decimal" -> JsonSchema.text(decimal(length, parameter(column, 2)));
            case "float", "double" -> JsonSchema.text("^-?[0-9]+\\.[0-9]+(E-?[0-9]+)?$");
            case "bit" -> JsonSchema.text(UNSIGNED);
            case "date" -> JsonSchema.text("^" + DATE + "$");
            case "datetime", "timestamp" ->
                JsonSchema.text("^" + DATE + " [0-9]{2}:" + SECONDS + fraction(length) + "$");
            case "time" -> JsonSchema.text("^-?[0-9]{2,3}:" + SECONDS + fraction(length) + "$");
            case "year" -> JsonSchema.text("^[0-9]{4}$");
            case "char", "varchar" -> JsonSchema.node().put("maxLength", length);
            case "json" -> JsonSchema.node().put("contentMediaType", "application/json");
            case "enum" -> form.enums() == EnumForm.LABEL ? label(column) : JsonSchema.text(UNSIGNED);
            case "set" -> JsonSchema.text(form.enums() == EnumForm.LABEL ? labels(column) : UNSIGNED);
            default -> column.sqlType() == Types.BLOB ? bytes(column, length, form) : JsonSchema.node();
        };
    }

    /** The number in the type's parentheses; 0 when there is none. */
    private static int parameter(Column column, int which) {
        Matcher type = PARAMETERS.matcher(column.mysqlType());
        String found = type.find() ? type.group(which) : null;
        return found == null ? 0 : Integer.parseInt(found);
    }

    private static String decimal(int precision, int scale) {
        return "^-?[0-9]{1," + Math.max(1, precision - scale) + "}" + fraction(scale) + "$";
    }

    private static String fraction(int digits) {
        return digits == 0 ? "" : "\\.[0-9]{" + digits + "}";
    }

    private static ObjectNode label(Column column) {
        Set<@Nullable String> labels = new LinkedHashSet<>(Labels.of(column).all());
        labels.add(""); // what MySQL keeps of an invalid value
        return JsonSchema.oneOf(labels);
    }

    private static String labels(Column column) {
        String one = Labels.of(column).all().stream()
                .map(label -> SYNTAX.matcher(label).replaceAll("\\\\$0"))
                .collect(Collectors.joining("|", "(", ")"));
        return "^(" + one + "(," + one + ")*)?$";
    }

    private static ObjectNode bytes(Column column, int length, MessageForm form) {
        if (form.binary() == BinaryForm.BASE64) {
            return JsonSchema.text("^[A-Za-z0-9+/]*={0,2}$").put("contentEncoding", "base64");
        }
        ObjectNode schema = JsonSchema.text("^[\\u0000-\\u00ff]*$");
        return column.baseType().endsWith("binary") ? schema.put("maxLength", length) : schema;
    }
}
