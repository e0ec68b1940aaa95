package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a query tells of the keys that it was handed as a table: its first column is the ordinal {@code q.n} of one of them. */
final class FoundKeys {

    private FoundKeys() {}

    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Runs the query, whose parameters are bound. */
    static <T> Map<RowKey, T> read(PreparedStatement query, List<RowKey> keys, Reading<T> reading) throws SQLException {
        Map<RowKey, T> found = new HashMap<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                found.put(keys.get(row.getInt(1) - 1), reading.of(row));
            }
        }
        return found;
    }
}
