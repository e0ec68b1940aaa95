package io.changeover.capture.source;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/**
 * Schemas and the GTIDs that they belong to, read without a lock: the schemas before and after the GTIDs must be the same. A
 * statement that changes a table keeps it locked until its GTID stands in {@code gtid_executed}, and {@code SHOW CREATE TABLE}
 * waits for that lock; so what is seen is never newer than the GTIDs that are read afterwards.
 *
 * @param statements {@code CREATE TABLE} by table
 * @param state the server, and what it had executed
 */
public record FirstSchemas(Map<TableName, String> statements, GtidState state) {

    private static final int ATTEMPTS = 20;

    /** @throws ChangeoverException (17) when the schemas do not come to rest */
    public static FirstSchemas read(Connection connection, Collection<TableName> tables) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<TableName, String> created = TableDdl.created(connection, tables);
            Map<TableName, String> before = TableDdl.read(connection, tables);
            GtidState state = GtidState.read(connection);
            Map<TableName, String> after = TableDdl.read(connection, tables);
            if (sameSchemas(before, after) && created.equals(TableDdl.created(connection, tables))) {
                return new FirstSchemas(after, state);
            }
        }
        throw new ChangeoverException(new Problem(
                ExitCode.SCHEMA_DRIFT,
                "tables " + tables,
                "their schemas changed again and again while they were read",
                "start again when the schema changes have ended"));
    }

    private static boolean sameSchemas(Map<TableName, String> before, Map<TableName, String> after) {
        return before.keySet().equals(after.keySet())
                && before.entrySet().stream()
                        .allMatch(table -> withoutCounter(table.getValue())
                                .equals(withoutCounter(String.valueOf(after.get(table.getKey())))));
    }

    /** The next AUTO_INCREMENT stands in the statement and grows with every row. */
    private static String withoutCounter(String statement) {
        return statement.replaceAll(" AUTO_INCREMENT=\\d+", "");
    }
}
