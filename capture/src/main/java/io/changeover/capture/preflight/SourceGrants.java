package io.changeover.capture.preflight;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The privileges of the capture user: tried, not read from {@code SHOW GRANTS}, so that roles and partial revokes count as
 * MySQL counts them.
 */
public final class SourceGrants {

    private static final int SYNTAX_ERROR = 1064;

    private SourceGrants() {}

    /** The GRANT statements that capture needs. */
    public static List<String> statements(String account, Collection<TableName> captured) {
        List<String> statements = new ArrayList<>();
        statements.add("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + account + ";");
        captured.stream().sorted().forEach(table -> statements.add(select(account, table)));
        return statements;
    }

    /** A problem for each privilege that is not there, with the statement that gives it. */
    public static List<Problem> missing(Connection connection, String place, Collection<TableName> captured)
            throws SQLException {
        String account = account(connection);
        List<Problem> missing = new ArrayList<>();
        if (isDenied(connection, "SHOW REPLICAS", "SHOW SLAVE HOSTS")) {
            missing.add(denied(place, "REPLICATION SLAVE", "GRANT REPLICATION SLAVE ON *.* TO " + account + ";"));
        }
        if (isDenied(connection, "SHOW REPLICA STATUS", "SHOW SLAVE STATUS")) {
            missing.add(denied(place, "REPLICATION CLIENT", "GRANT REPLICATION CLIENT ON *.* TO " + account + ";"));
        }
        for (TableName table : captured) {
            if (isDenied(connection, "SELECT * FROM " + table.quoted() + " LIMIT 0")) {
                // MySQL does not tell those apart to somebody who may see neither
                missing.add(new Problem(
                        ExitCode.DENIED,
                        "table " + table,
                        "privilege SELECT is missing, or there is no such table",
                        select(account, table)));
            }
        }
        return missing;
    }

    private static Problem denied(String place, String privilege, String grant) {
        return new Problem(ExitCode.DENIED, place, "privilege " + privilege + " is missing", grant);
    }

    private static String select(String account, TableName table) {
        return "GRANT SELECT ON " + table.quoted() + " TO " + account + ";";
    }

    /** Tries the statement; an older server gets the older spelling. */
    private static boolean isDenied(Connection connection, String... spellings) throws SQLException {
        for (String sql : spellings) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                return false;
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                if (failure.kind() == SqlFailure.Kind.DENIED) {
                    return true;
                }
                if (failure.kind() == SqlFailure.Kind.SCHEMA) {
                    return false; // not there: said elsewhere
                }
                if (e.getErrorCode() != SYNTAX_ERROR) {
                    throw e;
                }
            }
        }
        return false;
    }

    private static String account(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CURRENT_USER()")) {
            row.next();
            String account = String.valueOf(row.getString(1));
            int at = account.lastIndexOf('@');
            return "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'";
        }
    }
}
