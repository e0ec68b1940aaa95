package io.changeover.reconcile.table;

import org.jspecify.annotations.Nullable;

/**
 * A column of the new table's key.
 *
 * @param oldName the old column that it takes its value from; null for a constant
 * @param mapped SQL of its value, over the old table
 * @param oldType null for a constant
 */
record KeyColumn(
        String name,
        ColumnType type,
        String mapped,
        @Nullable String oldName,
        @Nullable ColumnType oldType) {}
