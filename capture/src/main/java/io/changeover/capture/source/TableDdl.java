package io.changeover.capture.source;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The {@code CREATE TABLE} of tables as they are now. */
public final class TableDdl {

    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;

    private TableDdl() {}

    /**
     * @return the statements by table, with the moment of creation, which tells a table from one of the same name later
     * @throws ChangeoverException (11) with every table that is not there
     */
    public static Map<TableName, String> read(Connection connection, Collection<TableName> tables) throws SQLException {
        Map<TableName, String> statements = new TreeMap<>();
        List<Problem> missing = new ArrayList<>();
        for (TableName table : tables) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + table.quoted())) {
                row.next();
                statements.put(table, row.getString(2));
            } catch (SQLException e) {
                if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != NO_SUCH_DATABASE) {
                    throw e;
                }
                missing.add(new Problem(
                        ExitCode.PREFLIGHT,
                        "table " + table,
                        "there is no such table on the source",
                        "correct the name in the pipeline (names are case-sensitive on most servers)"));
            }
        }
        if (!missing.isEmpty()) {
            throw new ChangeoverException(missing);
        }
        return statements;
    }

    /** When each table was made or last rebuilt. */
    static Map<TableName, String> created(Connection connection, Collection<TableName> tables) throws SQLException {
        Map<TableName, String> times = new TreeMap<>();
        for (TableName table : tables) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT create_time FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")) {
                statement.setString(1, table.schema());
                statement.setString(2, table.table());
                try (ResultSet row = statement.executeQuery()) {
                    times.put(table, row.next() ? String.valueOf(row.getString(1)) : "");
                }
            }
        }
        return times;
    }
}
