package io.changeover.reconcile;

import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.TableReader;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the SQL of a mapping on both servers before anything depends on it: on the source over one old row, on the target
 * over a row of NULLs, since the old table is not there. What one of them does not understand shows here. Changes nothing.
 */
public final class MappingProbe {

    private final CompareServers servers;

    public MappingProbe(CompareServers servers) {
        this.servers = servers;
    }

    /** What is wrong with the table's mapping; a server that does not answer is a problem, too (12, 13). */
    public List<Problem> problems(TableDefinition table) {
        List<Problem> problems = new ArrayList<>();
        try (Connections connections = new Connections(servers)) {
            Connection source = connections.source(table.sourceName());
            Connection target = connections.target(table.targetName());
            onTarget(table, target, problems);
            if (problems.isEmpty()) {
                onSource(table, source, target, problems);
            }
        } catch (ChangeoverException e) {
            problems.addAll(e.problems());
        } catch (SQLException e) {
            problems.add(SqlFailure.of(e).problem("table " + table.label()));
        }
        return problems;
    }

    private static void onTarget(TableDefinition table, Connection target, List<Problem> problems) {
        expressions(table).forEach((name, expression) -> {
            String nulls = expression.columns().stream()
                    .map(column -> "NULL AS " + TableName.quote(column))
                    .collect(Collectors.joining(", "));
            String from = nulls.isEmpty() ? "" : " FROM (SELECT " + nulls + ") old_row";
            run(target, "SELECT " + expression.sql() + from, table, name, "target " + table.targetName(), problems);
        });
    }

    private static void onSource(TableDefinition table, Connection source, Connection target, List<Problem> problems)
            throws SQLException {
        expressions(table)
                .forEach((name, expression) -> run(
                        source,
                        "SELECT " + expression.sql() + " FROM " + table.source().quoted() + " LIMIT 1",
                        table,
                        name,
                        "source " + table.sourceName(),
                        problems));
        if (problems.isEmpty() && table.shards() == null) {
            String where = table.where() == null ? null : table.where().sql();
            ComparedTable compared = ComparedTable.resolve(table, table.target(), where, source, target);
            // as the comparison will read it; the rows themselves do not matter
            TableReader.ofSource(source, compared, true).next(null, 1);
        }
    }

    private static void run(
            Connection connection,
            String sql,
            TableDefinition table,
            String name,
            String server,
            List<Problem> problems) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            problems.add(
                    failure.isEnvironment()
                            ? failure.problem(server)
                            : new Problem(
                                    ExitCode.CONFIG,
                                    "table " + table.label() + ", " + name,
                                    server + " cannot evaluate it: " + failure.message(),
                                    "correct the expression; both servers must understand it"));
        }
    }

    private static Map<String, MappingExpression> expressions(TableDefinition table) {
        Map<String, MappingExpression> expressions = new LinkedHashMap<>();
        table.key().forEach((column, expression) -> expressions.put("key " + column, expression));
        @Nullable Map<String, MappingExpression> columns = table.columns();
        if (columns != null) {
            columns.forEach((column, expression) -> expressions.put("column " + column, expression));
        }
        if (table.where() != null) {
            expressions.put("where", table.where());
        }
        if (table.shards() != null) {
            expressions.put("shards", table.shards().by());
        }
        return expressions;
    }
}
