package io.changeover.reconcile.table;

/**
 * A column that is compared.
 *
 * @param mapped SQL of the value that the mapping gives, over the old table
 * @param stored SQL of the value that the new table holds
 * @param oldType type of the old column where the mapping takes it over; else that of the new column
 */
record ComparedColumn(String name, String mapped, String stored, ColumnType oldType, ColumnType type) {}
