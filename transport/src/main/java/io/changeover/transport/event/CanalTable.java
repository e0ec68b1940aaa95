package io.changeover.transport.event;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.SerializedString;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a message that are the same for every row of a table, written once. */
final class CanalTable {

    final SerializableString[] names;
    final SerializableString mysqlType;
    final SerializableString pkNames;
    final int[] keys;
    private final TableSchema schema;
    private final SerializableString sqlType;
    private final String[] signedMaximum;

    CanalTable(TableSchema schema) {
        this.schema = schema;
        List<Column> columns = schema.columns();
        names = columns.stream()
                .map(column -> new SerializedString(column.name()))
                .toArray(SerializableString[]::new);
        keys = schema.keyColumns().stream().mapToInt(schema::indexOf).toArray();
        signedMaximum = columns.stream().map(CanalTypes::signedMaximum).toArray(String[]::new);
        StringBuilder types = new StringBuilder();
        for (Column column : columns) {
            name(types, column).append(quoted(column.mysqlType()));
        }
        mysqlType =
                new SerializedString(types.append(types.isEmpty() ? "{}" : "}").toString());
        sqlType = new SerializedString(sqlTypes(new int[0]));
        pkNames = new SerializedString(
                schema.keyColumns().isEmpty()
                        ? "null"
                        : "["
                                + String.join(
                                        ",",
                                        schema.keyColumns().stream()
                                                .map(CanalTable::quoted)
                                                .toList()) + "]");
    }

    /** The codes of a row: those of the columns, wider where an unsigned value needs it. */
    SerializableString sqlType(Row row) {
        int[] wide = null;
        int count = 0;
        for (int i = 0; i < signedMaximum.length; i++) {
            if (!signedMaximum[i].isEmpty() && isAbove(row.get(i), signedMaximum[i])) {
                wide = wide == null ? new int[signedMaximum.length] : wide;
                wide[count++] = i;
            }
        }
        return wide == null ? sqlType : new SerializedString(sqlTypes(Arrays.copyOf(wide, count)));
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
            name(types, column).append(isWide ? CanalTypes.promoted(column) : column.sqlType());
            next += isWide ? 1 : 0;
        }
        return types.append(types.isEmpty() ? "{}" : "}").toString();
    }

    private static StringBuilder name(StringBuilder object, Column column) {
        return object.append(object.isEmpty() ? '{' : ',')
                .append(quoted(column.name()))
                .append(':');
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
