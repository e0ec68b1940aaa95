package io.changeover.reconcile.table;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A row as the server sent it in MySQL's text protocol: every value is the sent bytes, one character for each. No driver
 * conversion stands between the two sides, so zero dates, invalid characters and trailing blanks are seen as they are.
 */
public final class RawRow {

    private final @Nullable String[] values;

    private RawRow(@Nullable String[] values) {
        this.values = values;
    }

    static RawRow read(ResultSet rows, int columns) throws SQLException {
        @Nullable String[] values = new String[columns];
        for (int i = 0; i < columns; i++) {
            byte[] bytes = rows.getBytes(i + 1);
            values[i] = bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
        }
        return new RawRow(values);
    }

    public @Nullable String get(int index) {
        return values[index];
    }
}
