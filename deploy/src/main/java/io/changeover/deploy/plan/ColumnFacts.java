package io.changeover.deploy.plan;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param uniques names of the other unique indexes that it is part of
 */
public record ColumnFacts(
        String name,
        String base,
        String type,
        @Nullable String charset,
        @Nullable String collation,
        long length,
        int precision,
        int scale,
        boolean nullable,
        boolean hasDefault,
        boolean generated,
        boolean key,
        List<String> uniques) {

    private static final String QUERY = """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME,
                   COALESCE(CHARACTER_MAXIMUM_LENGTH, 0),
                   COALESCE(NUMERIC_PRECISION, 0), COALESCE(NUMERIC_SCALE, DATETIME_PRECISION, 0), IS_NULLABLE = 'YES',
                   COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%' OR EXTRA LIKE '%DEFAULT_GENERATED%',
                   COALESCE(GENERATION_EXPRESSION, '') <> '', COLUMN_KEY = 'PRI'
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION""";

    private static final String UNIQUES = """
            SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 AND INDEX_NAME <> 'PRIMARY'
              AND COLUMN_NAME IS NOT NULL ORDER BY INDEX_NAME, SEQ_IN_INDEX""";

    public ColumnFacts {
        uniques = List.copyOf(uniques);
    }

    /** By lower-case name, in table order; empty when the table is not there or may not be seen. */
    static Map<String, ColumnFacts> read(Connection connection, TableName table) throws SQLException {
        Map<String, ColumnFacts> columns = new LinkedHashMap<>();
        Map<String, List<String>> uniques = uniques(connection, table);
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
                            row.getString(5),
                            row.getLong(6),
                            row.getInt(7),
                            row.getInt(8),
                            row.getBoolean(9),
                            row.getBoolean(10),
                            row.getBoolean(11),
                            row.getBoolean(12),
                            uniques.getOrDefault(row.getString(1), List.of()));
                    columns.put(column.name().toLowerCase(Locale.ROOT), column);
                }
            }
        }
        return columns;
    }

    private static Map<String, List<String>> uniques(Connection connection, TableName table) throws SQLException {
        Map<String, List<String>> uniques = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(UNIQUES)) {
            query.setString(1, table.schema());
            query.setString(2, table.table());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    uniques.computeIfAbsent(row.getString(2), none -> new ArrayList<>())
                            .add(row.getString(1));
                }
            }
        }
        return uniques;
    }

    TypeFamily family() {
        return TypeFamily.of(base);
    }

    /** The members of an ENUM or SET. */
    List<String> labels() {
        return Labels.of(Column.of(name, type)).all();
    }

    boolean unsigned() {
        return type.toLowerCase(Locale.ROOT).contains("unsigned");
    }
}
