package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A new table as it is on its server.
 *
 * @param columns in table order, the version column left out
 * @param key the primary key's columns, in key order
 * @param versionColumn type of the version column, empty where it is not there
 * @param uniques the other unique indexes: name to columns; an index over an expression has an empty name among them
 */
public record TargetTable(
        TableName name,
        List<TargetColumn> columns,
        List<TargetColumn> key,
        Map<String, List<String>> uniques,
        List<String> triggers,
        String versionColumn,
        String engine) {

    private static final String VERSION_TYPE = "binary(16) not null";

    private static final String COLUMNS = """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME,
                   COALESCE(CHARACTER_MAXIMUM_LENGTH, 0), IS_NULLABLE, COLUMN_DEFAULT IS NOT NULL, EXTRA,
                   GENERATION_EXPRESSION <> ''
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION""";

    private static final String INDEXES = """
            SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX""";

    private static final String ENGINE =
            "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

    private static final String TRIGGERS = """
            SELECT TRIGGER_NAME FROM information_schema.TRIGGERS
            WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY TRIGGER_NAME""";

    public TargetTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        uniques = Map.copyOf(uniques);
        triggers = List.copyOf(triggers);
    }

    /** Reads the table's description; empty when there is no such table, or we may not see it. */
    public static Optional<TargetTable> read(Connection connection, TableName name) throws SQLException {
        List<TargetColumn> columns = new ArrayList<>();
        String version = "";
        try (PreparedStatement query = prepare(connection, COLUMNS, name);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                TargetColumn column = column(rows);
                if (column.name().equals(MetadataSchema.VERSION_COLUMN)) {
                    version = column.fullType() + (column.nullable() ? "" : " not null");
                } else {
                    columns.add(column);
                }
            }
        }
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<String>> uniques = uniques(connection, name);
        List<String> keyNames = uniques.containsKey("PRIMARY") ? uniques.remove("PRIMARY") : List.of();
        List<TargetColumn> key = keyNames.stream()
                .flatMap(part -> columns.stream().filter(column -> column.name().equals(part)))
                .toList();
        return Optional.of(new TargetTable(
                name, columns, key, uniques, triggers(connection, name), version, engine(connection, name)));
    }

    private static String engine(Connection connection, TableName name) throws SQLException {
        try (PreparedStatement query = prepare(connection, ENGINE, name);
                ResultSet row = query.executeQuery()) {
            return row.next() ? String.valueOf(row.getString(1)) : "unknown";
        }
    }

    public boolean hasVersionColumn() {
        return !versionColumn.isEmpty();
    }

    /** Why no row may be written to the table as it is, whatever the mapping. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (!engine.equalsIgnoreCase("InnoDB")) {
            problems.add(new Problem(
                    ExitCode.PREFLIGHT,
                    name.toString(),
                    "its engine is " + engine
                            + ", which has no transactions: rows and progress could not move together",
                    "ALTER TABLE " + name.quoted() + " ENGINE = InnoDB;"));
        }
        if (hasVersionColumn() && !versionColumn.equals(VERSION_TYPE)) {
            problems.add(new Problem(
                    ExitCode.PREFLIGHT,
                    name.toString(),
                    "its column " + MetadataSchema.VERSION_COLUMN + " is " + versionColumn + ", not " + VERSION_TYPE
                            + ": somebody else made it",
                    "ALTER TABLE " + name.quoted() + " DROP COLUMN `" + MetadataSchema.VERSION_COLUMN
                            + "`; then `changeover prepare --execute` makes the right one"));
        }
        return problems;
    }

    private static TargetColumn column(ResultSet row) throws SQLException {
        String extra = row.getString(9).toLowerCase(Locale.ROOT);
        return new TargetColumn(
                row.getString(1),
                row.getString(2).toLowerCase(Locale.ROOT),
                row.getString(3).toLowerCase(Locale.ROOT),
                row.getString(4),
                row.getString(5),
                padsSpace(row.getString(5)),
                row.getLong(6),
                "YES".equals(row.getString(7)),
                row.getBoolean(8) || extra.contains("auto_increment") || extra.contains("default_generated"),
                row.getBoolean(10));
    }

    /** By the name, for MySQL 5.7 does not tell: all do but the ones of UCA 9.0.0, and bytes. */
    private static boolean padsSpace(@Nullable String collation) {
        return collation != null && !collation.contains("_0900_") && !collation.equals("binary");
    }

    private static Map<String, List<String>> uniques(Connection connection, TableName name) throws SQLException {
        Map<String, List<String>> uniques = new LinkedHashMap<>();
        try (PreparedStatement query = prepare(connection, INDEXES, name);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                String column = rows.getString(2);
                uniques.computeIfAbsent(rows.getString(1), index -> new ArrayList<>())
                        .add(column == null ? "" : column);
            }
        }
        return uniques;
    }

    private static List<String> triggers(Connection connection, TableName name) throws SQLException {
        List<String> triggers = new ArrayList<>();
        try (PreparedStatement query = prepare(connection, TRIGGERS, name);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                triggers.add(rows.getString(1));
            }
        }
        return triggers;
    }

    private static PreparedStatement prepare(Connection connection, String sql, TableName name) throws SQLException {
        PreparedStatement query = connection.prepareStatement(sql);
        query.setString(1, name.schema());
        query.setString(2, name.table());
        return query;
    }

    /** The column of that name, whatever its case, as MySQL compares column names. */
    public Optional<TargetColumn> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(columnName))
                .findFirst();
    }

    public boolean isKey(TargetColumn column) {
        return key.contains(column);
    }
}
