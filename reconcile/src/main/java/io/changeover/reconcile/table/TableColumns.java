package io.changeover.reconcile.table;

import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a table as its server describes them now. */
record TableColumns(List<Found> columns, List<String> primaryKey, long estimatedRows) {

    /**
     * @param declared the whole type, with the labels of an ENUM: {@code enum('a','b')}
     * @param generated whether MySQL computes the value; nothing is written there
     * @param charset of texts and labels; null for others
     */
    record Found(
            String name,
            ColumnType type,
            String declared,
            boolean generated,
            @Nullable String charset) {

        /** Those whose every character has one of its own in Unicode. */
        private static final Set<String> WHOLE =
                Set.of("utf8", "utf8mb3", "utf8mb4", "ucs2", "utf16", "utf16le", "utf32", "ascii", "latin1", "binary");

        /**
         * SQL of the column, or of a value of it, that tells characters apart which Unicode does not have: each of them would be
         * sent as a question mark, so its bytes stand beside it.
         */
        String told(String sql) {
            if (charset == null || WHOLE.contains(charset) || type.hasLabels()) {
                return sql;
            }
            String known = "CHAR_LENGTH(REPLACE(CONVERT(" + sql + " USING utf8mb4), '?', ''))";
            return "CASE WHEN " + known + " < CHAR_LENGTH(REPLACE(" + sql + ", '?', '')) THEN CONCAT(" + sql
                    + ", ' ', HEX(" + sql + ")) ELSE " + sql + " END";
        }
    }

    /** Reads the description; no columns when the table is not there or may not be seen. */
    static TableColumns read(Connection connection, TableName table) throws SQLException {
        List<Found> columns = new ArrayList<>();
        query(
                connection,
                table,
                "SELECT COLUMN_NAME, DATA_TYPE, NUMERIC_SCALE, DATETIME_PRECISION, COLUMN_TYPE, GENERATION_EXPRESSION,"
                        + " CHARACTER_SET_NAME"
                        + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " ORDER BY ORDINAL_POSITION",
                rows -> columns.add(new Found(
                        rows.getString(1),
                        ColumnType.of(rows.getString(2), rows.getInt(3), rows.getInt(4), rows.getString(5)),
                        rows.getString(5),
                        rows.getString(6) != null && !rows.getString(6).isEmpty(),
                        rows.getString(7))));
        List<String> primaryKey = new ArrayList<>();
        query(
                connection,
                table,
                "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX",
                rows -> primaryKey.add(rows.getString(1)));
        long[] estimate = new long[1];
        query(
                connection,
                table,
                "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
                rows -> estimate[0] = rows.getLong(1));
        return new TableColumns(columns, primaryKey, estimate[0]);
    }

    /** The column of that name; MySQL's column names know no case. */
    Optional<Found> find(String name) {
        return columns.stream()
                .filter(column -> column.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** The whole type of a column; empty where there is none. */
    String declared(String name) {
        return find(name).map(Found::declared).orElse("");
    }

    /** Place of a column in the primary key; behind all others where it is none. */
    int keyIndex(String name) {
        for (int i = 0; i < primaryKey.size(); i++) {
            if (primaryKey.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return primaryKey.size();
    }

    private interface EachRow {
        void accept(ResultSet row) throws SQLException;
    }

    private static void query(Connection connection, TableName table, String sql, EachRow each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.accept(rows);
                }
            }
        }
    }
}
