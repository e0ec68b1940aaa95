package io.changeover.apply.target;

import java.util.List;

/** The columns that a mapping writes, in binding order. Compared by identity: one mapping has one layout. */
public final class RowLayout {

    private final TargetTable table;
    private final List<TargetColumn> columns;

    public RowLayout(TargetTable table, List<TargetColumn> columns) {
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    public TargetTable table() {
        return table;
    }

    public List<TargetColumn> columns() {
        return columns;
    }

    /** Place of a column, or -1. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        return -1;
    }
}
