package io.changeover.reconcile.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns of a mapped old row and a stored new row are not the same. */
public final class RowDifference {

    /** Of a longer value people see no more. */
    private static final int MOST_SHOWN = 4000;

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

    /**
     * The values of both sides.
     *
     * @param mapped null: there is no such row, as {@code stored}
     * @param columns of the new table; those of its key among them
     */
    public List<ColumnValues> values(@Nullable RawRow mapped, @Nullable RawRow stored, List<String> columns) {
        List<ColumnValues> values = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            KeyColumn column = table.key().get(i);
            if (columns.contains(column.name())) {
                values.add(new ColumnValues(
                        column.name(),
                        shown(mapped == null ? null : source.key(mapped, i), column.type()),
                        shown(stored == null ? null : target.key(stored, i), column.type())));
            }
        }
        for (int i = 0; i < table.columns().size(); i++) {
            ComparedColumn column = table.columns().get(i);
            if (columns.contains(column.name())) {
                values.add(new ColumnValues(
                        column.name(),
                        shown(mapped == null ? null : source.value(mapped, i), column.type()),
                        shown(stored == null ? null : target.value(stored, i), column.type())));
            }
        }
        return values;
    }

    /** All values of a row that one side has. */
    public List<ColumnValues> values(@Nullable RawRow mapped, @Nullable RawRow stored) {
        return values(
                mapped,
                stored,
                table.columns().stream().map(ComparedColumn::name).toList());
    }

    private static @Nullable String shown(@Nullable String raw, ColumnType type) {
        String text = raw == null ? null : Values.shown(raw, type);
        return text == null || text.length() <= MOST_SHOWN
                ? text
                : text.substring(0, MOST_SHOWN) + "... (" + text.length() + " characters)";
    }

    private static List<String> with(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
