package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.Version;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Where the versions of the rows that are there are kept. Confined to its session's thread. */
interface LiveVersions {

    /** Whether a row is locked while it is looked at. */
    enum Look {
        LOCKING,
        PASSING
    }

    /** The versions of those rows of a place that are there; {@link Version#NONE} where nobody noted one. */
    Map<RowKey, Version> of(TargetPlace place, List<RowKey> keys, Look look) throws SQLException;

    /** Whether the version is a column of the row, written with it. */
    boolean isColumn();

    /** Notes the versions of rows that were written, where they are no column. */
    void written(List<RowKey> keys, List<Version> versions) throws SQLException;

    /** Forgets the versions of rows that were deleted, where they are no column. */
    void deleted(List<RowKey> keys) throws SQLException;
}
