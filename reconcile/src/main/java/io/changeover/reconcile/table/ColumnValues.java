package io.changeover.reconcile.table;

import org.jspecify.annotations.Nullable;

/**
 * What both sides have in one column of a row that differs, for people; bytes as hex, long texts cut.
 *
 * @param column of the new table
 * @param old what the mapping makes of the old row; null: NULL, or there is no such row
 * @param next what the new table has; null as well
 */
public record ColumnValues(
        String column, @Nullable String old, @Nullable String next) {}
