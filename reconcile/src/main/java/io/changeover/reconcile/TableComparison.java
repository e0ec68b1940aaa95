package io.changeover.reconcile;

import java.time.Duration;
import java.util.List;

/**
 * The outcome of comparing one old table with its new one.
 *
 * @param table as it is named in messages: {@code source.schema.table}
 * @param sourceRows old rows that the mapping lets through
 * @param targetRows rows of the new table
 * @param samples the first mismatches that were found
 */
public record TableComparison(
        String table,
        String target,
        long sourceRows,
        long targetRows,
        long missing,
        long extra,
        long different,
        List<Mismatch> samples,
        Duration took) {

    public TableComparison {
        samples = List.copyOf(samples);
    }

    public long differences() {
        return missing + extra + different;
    }

    public boolean equal() {
        return differences() == 0;
    }
}
