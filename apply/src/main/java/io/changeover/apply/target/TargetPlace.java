package io.changeover.apply.target;

/** One table for rows of the new table: the only one, or a shard's. */
record TargetPlace(int number, TargetTable table, KeyTable keys) {

    TargetPlace(int number, TargetTable table) {
        this(number, table, new KeyTable(table.key()));
    }
}
