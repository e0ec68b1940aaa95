package io.changeover.reconcile.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** The key of a new row as people write it: {@code order_id=7, origin=legacy-a}. */
    public String shownKey(TableReader side, RawRow row) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            KeyColumn column = table.key().get(i);
            shown.add(column.name() + "=" + shown(side.key(row, i), column.type()));
        }
        return String.join(", ", shown);
    }

    private static String shown(@Nullable String raw, ColumnType type) {
        return raw == null ? "NULL" : Values.shown(raw, type);
    }
}
