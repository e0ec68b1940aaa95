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

    /** Whether the keys are the same, byte for byte: then there is nothing more to find out about them. */
    public boolean sameKey(RawRow mapped, RawRow stored) {
        for (int i = 0; i < table.key().size(); i++) {
            if (!mapped.same(i, stored, i)) {
                return false;
            }
        }
        return true;
    }

    /** Names of the new columns that differ; empty: the rows are equal. */
    public List<String> columns(RawRow mapped, RawRow stored) {
        List<String> differing = List.of();
        for (int i = 0; i < table.columns().size(); i++) {
            // nearly always: no text is made of a value that was sent alike
            if (mapped.same(source.valueAt(i), stored, target.valueAt(i))) {
                continue;
            }
            ComparedColumn column = table.columns().get(i);
            if (!Values.same(source.value(mapped, i), target.value(stored, i), column.oldType(), column.type())) {
                differing = with(differing, column.name());
            }
        }
        return differing;
    }

    /** The same for the key of rows that their servers take for one key: {@code Anna} and {@code anna}. */
    public List<String> keyColumns(RawRow mapped, RawRow stored) {
        List<String> differing = List.of();
        for (int i = 0; i < table.key().size(); i++) {
            KeyColumn column = table.key().get(i);
            ColumnType oldType = column.oldType() == null ? column.type() : column.oldType();
            if (!Values.same(source.key(mapped, i), target.key(stored, i), oldType, column.type())) {
                differing = with(differing, column.name());
            }
        }
        return differing;
    }

    private static List<String> with(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
