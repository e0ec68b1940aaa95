package io.changeover.capture.preflight;

import io.changeover.capture.source.ServerVariables;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What may be otherwise than the global settings: sessions that had others before, and accounts that may set their own. Told as
 * far as the capture's account may see it, which needs more than capture does; so it is never asked for.
 */
final class OpenSettings {

    /** Sessions that would log what capture cannot take. */
    private static final String SESSIONS =
            "SELECT t.PROCESSLIST_ID, CONCAT(t.PROCESSLIST_USER, '@', t.PROCESSLIST_HOST),"
                    + " CONCAT(v.VARIABLE_NAME, ' = ''', v.VARIABLE_VALUE, '''')"
                    + " FROM performance_schema.variables_by_thread v JOIN performance_schema.threads t USING (THREAD_ID)"
                    + " WHERE (v.VARIABLE_NAME = 'binlog_format' AND v.VARIABLE_VALUE <> 'ROW')"
                    + " OR (v.VARIABLE_NAME = 'binlog_row_image' AND v.VARIABLE_VALUE <> 'FULL')"
                    + " OR (v.VARIABLE_NAME = 'binlog_row_value_options' AND v.VARIABLE_VALUE <> '') ORDER BY 1, 3";

    /** Accounts that may set them; administrators and the server's own ones always may. */
    private static final String ACCOUNTS =
            "SELECT GRANTEE, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', ')"
                    + " FROM information_schema.USER_PRIVILEGES"
                    + " WHERE PRIVILEGE_TYPE IN ('SUPER', 'SYSTEM_VARIABLES_ADMIN', 'SESSION_VARIABLES_ADMIN')"
                    + " AND GRANTEE NOT LIKE '''mysql.%' AND GRANTEE NOT LIKE '''root''@%' GROUP BY GRANTEE ORDER BY GRANTEE";

    private final Connection connection;
    private final String place;
    private final List<Problem> warnings = new ArrayList<>();

    private OpenSettings(Connection connection, String place) {
        this.connection = connection;
        this.place = place;
    }

    static List<Problem> warnings(Connection connection, String place, ServerVariables variables) throws SQLException {
        OpenSettings open = new OpenSettings(connection, place);
        if (variables.is("binlog_checksum", "NONE")) {
            open.warn(
                    "binlog_checksum = 'NONE': a damaged binlog would be read as it is",
                    "SET PERSIST binlog_checksum = 'CRC32';");
        }
        open.look(
                SESSIONS,
                row -> open.warn(
                        "session " + row.getString(1) + " of " + row.getString(2) + " has " + row.getString(3)
                                + ": what it changes stops the capture of its tables",
                        "KILL " + row.getString(1) + "; its client begins anew with what is set globally"));
        open.look(
                ACCOUNTS,
                row -> open.warn(
                        row.getString(1) + " may set binlog_format and binlog_row_image for its sessions ("
                                + row.getString(2) + "): what it changes then stops the capture of its tables",
                        "REVOKE " + row.getString(2) + " ON *.* FROM " + row.getString(1) + ";"));
        return open.warnings;
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    private void look(String sql, Row each) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                each.take(rows);
            }
        } catch (SQLException e) {
            SqlFailure.Kind kind = SqlFailure.of(e).kind();
            if (kind != SqlFailure.Kind.DENIED && kind != SqlFailure.Kind.SCHEMA) {
                throw e; // else it may not be seen, or is not there
            }
        }
    }

    private void warn(String cause, String remedy) {
        warnings.add(new Problem(ExitCode.PREFLIGHT, place, cause, remedy));
    }
}
