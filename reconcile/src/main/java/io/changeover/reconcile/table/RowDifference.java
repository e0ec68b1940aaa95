package io.changeover.reconcile.table;

import java.util.ArrayList;
import java.util.List;

/** Which columns of a mapped old row and a stored new row are not the same. */
public final class RowDifference {

    private final ComparedTable table;
    private final TableReader source;
    private final TableReader target;

    public RowDifference(ComparedTable table, TableReader source, TableReader target) {
        this.table = table;
        this.source = source;
        this.target = target;
    }

    /** Names of the new columns that differ; empty: the rows are equal. */
    public List<String> columns(RawRow mapped, RawRow stored) {
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            ComparedColumn column = table.columns().get(i);
            String left = source.value(mapped, i);
            String right = target.value(stored, i);
            if (!Values.same(left, right, column.oldType(), column.type())) {
                differing.add(column.name());
            }
        }
        return differing;
    }

    /** The same for the key of rows that their servers take for one key: {@code Anna} and {@code anna}. */
    public List<String> keyColumns(RawRow mapped, RawRow stored) {
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            KeyColumn column = table.key().get(i);
            ColumnType oldType = column.oldType() == null ? column.type() : column.oldType();
            if (!Values.same(source.key(mapped, i), target.key(stored, i), oldType, column.type())) {
                differing.add(column.name());
            }
        }
        return differing;
    }
}
