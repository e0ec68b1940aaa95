package io.changeover.reconcile;

import java.util.List;

/**
 * One row that is not as it must be.
 *
 * @param key of the new table
 * @param columns those that differ, for {@link Kind#DIFFERENT}; never their values
 */
public record Mismatch(Kind kind, String key, List<String> columns) {

    /** What is wrong with the row. */
    public enum Kind {
        /** The new table has no such row. */
        MISSING,
        /** The new table has a row that no old row gives. */
        EXTRA,
        /** Both are there, with other values. */
        DIFFERENT
    }

    public Mismatch {
        columns = List.copyOf(columns);
    }

    @Override
    public String toString() {
        return kind + " " + key + (columns.isEmpty() ? "" : " " + columns);
    }
}
