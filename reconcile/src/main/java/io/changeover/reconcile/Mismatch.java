package io.changeover.reconcile;

import io.changeover.reconcile.table.ColumnValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row that is not as it must be.
 *
 * @param key of the new table
 * @param columns those that differ, where the row is on both sides
 * @param note who wrote the row last, and what else is known; null: nothing
 * @param values of both sides; empty unless they were asked for
 */
public record Mismatch(
        Kind kind,
        String key,
        List<String> columns,
        @Nullable String note,
        List<ColumnValues> values) {

    /** What is wrong with the row. */
    public enum Kind {
        /** The new table has no such row. */
        MISSING,
        /** The new table has a row that no old row gives. */
        EXTRA,
        /** Both are there, with other values. */
        DIFFERENT,
        /** The same, and the new one is of an earlier change than the last one that was published. */
        STALE,
        /** The same, and the new one says that it is of the last change: something else has changed it, or written it wrongly. */
        ALTERED
    }

    public Mismatch {
        columns = List.copyOf(columns);
        values = List.copyOf(values);
    }

    public Mismatch(Kind kind, String key, List<String> columns) {
        this(kind, key, columns, null, List.of());
    }

    /** {@code ALTERED id=2 [hits]: written by ...}; without values. */
    @Override
    public String toString() {
        return kind + " " + key + (columns.isEmpty() ? "" : " " + columns) + (note == null ? "" : ": " + note);
    }
}
