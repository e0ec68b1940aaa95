package io.changeover.transport.event;

import java.util.List;

/**
 * The columns of a table at one moment of its history, in table order.
 *
 * @param keyColumns the primary key's columns <em>in column order</em>; empty when the table has none
 * @param version counts the table's schemas from 1; part of the messages for people
 */
public record TableSchema(TableName name, List<Column> columns, List<String> keyColumns, int version) {

    public TableSchema {
        columns = List.copyOf(columns);
        keyColumns = List.copyOf(keyColumns);
        for (String key : keyColumns) {
            if (columns.stream().noneMatch(column -> column.name().equals(key))) {
                throw new IllegalArgumentException("key column " + key + " is not a column of " + name);
            }
        }
    }

    /** Index of the column in table order, or -1. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether two rows of this schema have one key; false when there is no key to compare. */
    public boolean sameKey(Row one, Row other) {
        for (String key : keyColumns) {
            if (!one.sameAt(other, indexOf(key))) {
                return false;
            }
        }
        return !keyColumns.isEmpty();
    }

    /** Whether both describe the same columns and key, whatever their version number. */
    public boolean sameShape(TableSchema other) {
        return name.equals(other.name) && columns.equals(other.columns) && keyColumns.equals(other.keyColumns);
    }
}
