package io.changeover.reconcile.table;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row as the server sent it in MySQL's text protocol: every value is the sent bytes, one character for each. No driver
 * conversion stands between the two sides, so zero dates, invalid characters and trailing blanks are seen as they are.
 */
public final class RawRow {

    private final byte[] @Nullable [] values;

    private RawRow(byte[] @Nullable [] values) {
        this.values = values;
    }

    static RawRow read(ResultSet rows, int columns) throws SQLException {
        byte[] @Nullable [] values = new byte[columns][];
        for (int i = 0; i < columns; i++) {
            values[i] = rows.getBytes(i + 1);
        }
        return new RawRow(values);
    }

    /** The value as a text, made anew by each call. */
    public @Nullable String get(int index) {
        byte[] sent = values[index];
        return sent == null ? null : new String(sent, StandardCharsets.ISO_8859_1);
    }

    /** Whether a value here and one of another row are the same bytes, or both NULL. */
    boolean same(int index, RawRow other, int otherIndex) {
        return Arrays.equals(values[index], other.values[otherIndex]);
    }
}
