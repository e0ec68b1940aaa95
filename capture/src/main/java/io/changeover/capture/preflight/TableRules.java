package io.changeover.capture.preflight;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a table must be: with a primary key, with transactions. */
record TableRules(List<Problem> problems) {

    static List<Problem> read(Connection connection, Collection<TableName> tables) throws SQLException {
        TableRules rules = new TableRules(new ArrayList<>());
        for (TableName table : tables) {
            rules.engine(connection, table);
            rules.key(connection, table);
        }
        return rules.problems();
    }

    private void engine(Connection connection, TableName table) throws SQLException {
        String sql = "SELECT engine FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";
        try (PreparedStatement statement = prepared(connection, sql, table);
                ResultSet row = statement.executeQuery()) {
            if (row.next() && !"InnoDB".equalsIgnoreCase(row.getString(1))) {
                refuse(
                        table,
                        "its engine is " + row.getString(1) + ", which has no transactions",
                        "ALTER TABLE " + table.quoted() + " ENGINE = InnoDB;");
            }
        }
    }

    private void key(Connection connection, TableName table) throws SQLException {
        String sql = "SELECT COUNT(*) FROM information_schema.statistics"
                + " WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY'";
        try (PreparedStatement statement = prepared(connection, sql, table);
                ResultSet row = statement.executeQuery()) {
            if (row.next() && row.getInt(1) == 0) {
                refuse(
                        table,
                        "it has no primary key: its rows could not be told apart",
                        "add a primary key, or on MySQL 8.0.30 and later let the server make one"
                                + " (sql_generate_invisible_primary_key)");
            }
        }
    }

    private void refuse(TableName table, String cause, String remedy) {
        problems.add(new Problem(ExitCode.PREFLIGHT, "table " + table, cause, remedy));
    }

    private static PreparedStatement prepared(Connection connection, String sql, TableName table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, table.schema());
        statement.setString(2, table.table());
        return statement;
    }
}
