package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears what a scan of one place finds; from the scan's thread. */
interface Findings {

    /** Rows of the old table that were compared, more than before. */
    void sourceRows(int rows);

    /** The same of the new table. */
    void targetRows(int rows);

    /**
     * A row that is not as it must be, or was read while it changed.
     *
     * @param key of the new table, as a server sent it: see {@link io.changeover.reconcile.table.RawRow}
     * @param columns of the new table that differ, for {@link Kind#DIFFERENT}
     */
    void found(Kind kind, List<@Nullable String> key, List<String> columns);
}
