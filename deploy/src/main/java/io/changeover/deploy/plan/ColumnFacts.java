package io.changeover.deploy.plan;

import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column as the plan shows and judges it.
 *
 * @param base {@code decimal}
 * @param type {@code decimal(12,2) unsigned}
 * @param length characters or bytes; 0 where the type has none
 * @param precision digits of a number
 * @param scale digits after the point, or of a fraction of a second
 * @param key whether it is part of the primary key
 */
public record ColumnFacts(
        String name,
        String base,
        String type,
        @Nullable String charset,
        long length,
        int precision,
        int scale,
        boolean nullable,
        boolean hasDefault,
        boolean generated,
        boolean key) {

    private static final String QUERY = """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COALESCE(CHARACTER_MAXIMUM_LENGTH, 0),
                   COALESCE(NUMERIC_PRECISION, 0), COALESCE(NUMERIC_SCALE, DATETIME_PRECISION, 0), IS_NULLABLE = 'YES',
                   COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%' OR EXTRA LIKE '%DEFAULT_GENERATED%',
                   COALESCE(GENERATION_EXPRESSION, '') <> '', COLUMN_KEY = 'PRI'
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION""";

    /** By lower-case name, in table order; empty when the table is not there or may not be seen. */
    static Map<String, ColumnFacts> read(Connection connection, TableName table) throws SQLException {
        Map<String, ColumnFacts> columns = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, table.schema());
            query.setString(2, table.table());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ColumnFacts column = new ColumnFacts(
                            row.getString(1),
                            row.getString(2).toLowerCase(Locale.ROOT),
                            row.getString(3),
                            row.getString(4),
                            row.getLong(5),
                            row.getInt(6),
                            row.getInt(7),
                            row.getBoolean(8),
                            row.getBoolean(9),
                            row.getBoolean(10),
                            row.getBoolean(11));
                    columns.put(column.name().toLowerCase(Locale.ROOT), column);
                }
            }
        }
        return columns;
    }

    boolean unsigned() {
        return type.toLowerCase(Locale.ROOT).contains("unsigned");
    }
}
