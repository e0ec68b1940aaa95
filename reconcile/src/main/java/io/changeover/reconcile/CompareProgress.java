package io.changeover.reconcile;

/** Hears how far a comparison is; called often, from its thread. */
public interface CompareProgress {

    CompareProgress SILENT = (table, rows, estimate) -> {};

    /**
     * @param rows rows read so far, of both sides
     * @param estimate of how many there are to read; MySQL's own guess
     */
    void advanced(String table, long rows, long estimate);
}
