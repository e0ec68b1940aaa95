package io.changeover.apply.target;

/** One table for rows of the new table: the only one, or a shard's. */
record TargetPlace(int number, TargetTable table, KeyTable keys) {

    TargetPlace(int number, TargetTable table) {
        this(number, table, new KeyTable(table.key()));
    }

    /** From where rows {@code t} with the keys {@code q} are read; its parameter is {@link KeyTable#json}. */
    String found() {
        return " FROM " + keys.table() + " STRAIGHT_JOIN " + table.name().quoted() + " t FORCE INDEX (PRIMARY) ON "
                + keys.match();
    }
}
