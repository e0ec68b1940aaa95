package io.changeover.transport.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a message that are the same for every row of a table, written once. */
final class CanalTable {

    /** {@code "column":}, by table order. */
    final byte[][] names;
    /** From the end of {@code data} to the value of {@code es}. */
    final byte[] head;
    /** From after {@code isDdl} to the value of {@code old}. */
    final byte[] mysqlType;
    /** From after {@code old} to the value of {@code sqlType}. */
    final byte[] pkNames;
    /** From after {@code sqlType} to the value of {@code ts}. */
    final byte[] table;
    /** The key columns, in column order. */
    final int[] keys;
    /** Where the table has columns that are shown in another form than Canal's. */
    final @Nullable ColumnForms forms;
    /** The columns that are shown by label, by table order. */
    final int[] labelled;
    /** What {@code changeover} says of the collations. */
    final byte[] collations;
    /** What {@code changeover} says of the forms, before the numbers. */
    final byte[] form;

    private final TableSchema schema;
    private final byte[] sqlType;
    private final String[] signedMaximum;

    CanalTable(TableSchema schema, MessageForm messageForm) {
        this.schema = schema;
        ColumnForms wanted = new ColumnForms(schema, messageForm);
        forms = wanted.areCanals() ? null : wanted;
        labelled = wanted.labelled();
        form = utf8((labelled.length == 0 ? "" : ",\"enum\":\"label\"")
                + (wanted.hasBase64() ? ",\"binary\":\"base64\"" : ""));
        collations = utf8(Collations.json(schema));
        List<Column> columns = schema.columns();
        names = columns.stream()
                .map(column -> utf8(quoted(column.name()) + ':'))
                .toArray(byte[][]::new);
        keys = schema.keyColumns().stream().mapToInt(schema::indexOf).toArray();
        signedMaximum = columns.stream().map(CanalTypes::signedMaximum).toArray(String[]::new);
        StringBuilder types = new StringBuilder();
        for (Column column : columns) {
            name(types, column).append(quoted(column.mysqlType()));
        }
        sqlType = utf8(sqlTypes(new int[0]));
        head = utf8("],\"database\":" + quoted(schema.name().schema()) + ",\"es\":");
        mysqlType = utf8(",\"mysqlType\":" + closed(types) + ",\"old\":");
        pkNames = utf8(",\"pkNames\":"
                + (schema.keyColumns().isEmpty()
                        ? "null"
                        : "["
                                + String.join(
                                        ",",
                                        schema.keyColumns().stream()
                                                .map(CanalTable::quoted)
                                                .toList()) + "]")
                + ",\"sql\":\"\",\"sqlType\":");
        table = utf8(",\"table\":" + quoted(schema.name().table()) + ",\"ts\":");
    }

    /** The codes of a row: those of the columns, wider where an unsigned value needs it. */
    byte[] sqlType(Row row) {
        int[] wide = null;
        int count = 0;
        for (int i = 0; i < signedMaximum.length; i++) {
            if (!signedMaximum[i].isEmpty() && isAbove(row.get(i), signedMaximum[i])) {
                wide = wide == null ? new int[signedMaximum.length] : wide;
                wide[count++] = i;
            }
        }
        return wide == null ? sqlType : utf8(sqlTypes(Arrays.copyOf(wide, count)));
    }

    private static boolean isAbove(@Nullable String value, String maximum) {
        if (value == null || value.length() != maximum.length()) {
            return value != null && value.length() > maximum.length();
        }
        return value.compareTo(maximum) > 0;
    }

    private String sqlTypes(int[] wide) {
        StringBuilder types = new StringBuilder();
        int next = 0;
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            boolean isWide = next < wide.length && wide[next] == i;
            name(types, column).append(isWide ? CanalTypes.promoted(column) : sqlType(i));
            next += isWide ? 1 : 0;
        }
        return closed(types);
    }

    private int sqlType(int i) {
        return forms == null ? schema.columns().get(i).sqlType() : forms.sqlType(i);
    }

    private static StringBuilder name(StringBuilder object, Column column) {
        return object.append(object.isEmpty() ? '{' : ',')
                .append(quoted(column.name()))
                .append(':');
    }

    private static String closed(StringBuilder object) {
        return object.append(object.isEmpty() ? "{}" : "}").toString();
    }

    static String quoted(String text) {
        return new String(new JsonBytes().string(text).toByteArray(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
