package io.changeover.deploy.sakila;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every value of a table as its own server writes it down in hexadecimal, row by row along the primary key. Knows nothing of
 * the product, so that it can judge it.
 *
 * @param columns names in table order; invisible ones are left out
 */
record TableDump(List<String> columns, List<String> rows) {

    private record Found(String name, String type) {

        /** NULL is told from every text; numbers and times as MySQL prints them, with ENUM and SET their numbers, too. */
        String expression() {
            String column = "`" + name + "`";
            String hex =
                    switch (type) {
                        case "geometry" -> "CONCAT(ST_SRID(" + column + "), ' ', HEX(ST_AsBinary(" + column + ")))";
                        case "blob" -> "HEX(" + column + ")";
                        case "char", "varchar", "text" -> "HEX(CONVERT(" + column + " USING utf8mb4))";
                        case "enum", "set" ->
                            "CONCAT(" + column + " + 0, ' ', HEX(CONVERT(" + column + " USING utf8mb4)))";
                        case "tinyint", "smallint", "mediumint", "int", "decimal", "year", "datetime", "timestamp" ->
                            "HEX(CAST(" + column + " AS CHAR))";
                        default -> throw new IllegalStateException("no column of Sakila has type " + type);
                    };
            return "COALESCE(" + hex + ", 'NULL')";
        }
    }

    static TableDump of(EmbeddedMySql server, String schema, String table) throws SQLException {
        List<Found> found = new ArrayList<>();
        String of = " WHERE table_schema = '" + schema + "' AND table_name = '" + table + "'";
        for (List<@Nullable String> column : server.rows("SELECT column_name, LOWER(data_type) FROM"
                + " information_schema.columns" + of + " AND extra <> 'INVISIBLE' ORDER BY ordinal_position")) {
            found.add(new Found(String.valueOf(column.get(0)), String.valueOf(column.get(1))));
        }
        String key = server.value("SELECT GROUP_CONCAT('`', column_name, '`' ORDER BY seq_in_index) FROM"
                + " information_schema.statistics" + of + " AND index_name = 'PRIMARY'");
        String values =
                String.join(", ' | ', ", found.stream().map(Found::expression).toList());
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(schema);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT CONCAT(" + values + ") FROM `" + table + "` ORDER BY " + key)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return new TableDump(found.stream().map(Found::name).toList(), rows);
    }

    /** The first rows that are on one side only; empty when both are the same. */
    List<String> differences(TableDump other) {
        List<String> differences = new ArrayList<>();
        if (!columns.equals(other.columns)) {
            differences.add(columns + " and " + other.columns);
        }
        for (int i = 0; i < Math.max(rows.size(), other.rows.size()) && differences.size() < 6; i++) {
            String here = i < rows.size() ? rows.get(i) : "(no row)";
            String there = i < other.rows.size() ? other.rows.get(i) : "(no row)";
            if (!here.equals(there)) {
                differences.add(here + "\n  is there\n" + there);
            }
        }
        return differences;
    }
}
