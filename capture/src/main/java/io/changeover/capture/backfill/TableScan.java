package io.changeover.capture.backfill;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a table along its key with the very texts of a backfill, for who only wants to look. Without locks. */
public final class TableScan {

    private final KeyedSelect select;

    public TableScan(CapturedTable table) {
        this.select = new KeyedSelect(table);
    }

    /**
     * The next rows.
     *
     * @param last the last row that was read; null for the first rows
     * @throws io.changeover.transport.problem.ChangeoverException (15) when a text cannot be read
     */
    public List<Row> after(Connection connection, @Nullable Row last, int limit) throws SQLException {
        return select.after(connection, last == null ? null : select.keyOf(last), limit);
    }
}
