package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The texts of the statements that write rows of one layout. A version column is always assigned last. */
final class RowStatements {

    private final RowLayout layout;
    private final KeyTable keys;
    private final boolean versioned;
    private final String table;
    private final String names;
    private final String row;

    RowStatements(RowLayout layout, TableName name, KeyTable keys, boolean versioned) {
        this.layout = layout;
        this.keys = keys;
        this.versioned = versioned;
        this.table = name.quoted();
        this.names = quotedColumns().stream().collect(Collectors.joining(", "));
        this.row = "(" + String.join(",", Collections.nCopies(values(), "?")) + ")";
    }

    private List<String> quotedColumns() {
        List<String> columns = new ArrayList<>();
        layout.columns().forEach(column -> columns.add(TableName.quote(column.name())));
        if (versioned) {
            columns.add(TableName.quote(MetadataSchema.VERSION_COLUMN));
        }
        return columns;
    }

    /** How many a row has. */
    private int values() {
        return layout.columns().size() + (versioned ? 1 : 0);
    }

    String insert(int rows) {
        return "INSERT INTO " + table + " (" + names + ") VALUES " + String.join(",", Collections.nCopies(rows, row));
    }

    /** Finds rows by primary key only; parameters: the keys, then each row's values. A row that is not there is left out. */
    String update(int rows) {
        String values = IntStream.rangeClosed(1, rows)
                .mapToObj(i -> "ROW(" + i + ",?".repeat(values()) + ")")
                .collect(Collectors.joining(","));
        return "UPDATE " + keys.table() + " STRAIGHT_JOIN (VALUES " + values + ") v ON v.column_0 = q.n STRAIGHT_JOIN "
                + table + " t ON " + keys.match() + " SET " + assignments();
    }

    /**
     * The same for a key of {@link KeyTable#isNumber}, where the table can come first, so that its rows are read and changed in
     * one pass. Parameters: each row's key and values, then all keys again.
     */
    String updateByNumber(int rows) {
        String row = "ROW(?" + ",?".repeat(values()) + ")";
        String id = "t." + keys.numberColumn();
        return "UPDATE " + table + " t FORCE INDEX (PRIMARY) STRAIGHT_JOIN (VALUES "
                + String.join(",", Collections.nCopies(rows, row)) + ") v ON v.column_0 = " + id + " SET "
                + assignments() + " WHERE " + id + " IN (" + String.join(",", Collections.nCopies(rows, "?")) + ")";
    }

    /** From the columns of {@code v}, of which the first is not the row's. */
    private String assignments() {
        List<TargetColumn> columns = layout.columns();
        List<String> sets = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (isAssigned(columns.get(i))) {
                sets.add("t." + TableName.quote(columns.get(i).name()) + " = v.column_" + (i + 1));
            }
        }
        if (versioned) {
            sets.add("t." + TableName.quote(MetadataSchema.VERSION_COLUMN) + " = v.column_" + (columns.size() + 1));
        }
        return String.join(", ", sets);
    }

    /** A key column is written anew where its spelling may have changed. */
    private boolean isAssigned(TargetColumn column) {
        return !layout.table().isKey(column) || (column.isText() && !column.isExactText());
    }
}
