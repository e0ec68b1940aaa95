package io.changeover.apply.mapping;

import io.changeover.apply.stream.Received;
import io.changeover.apply.target.TargetColumn;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the target MySQL evaluate the expressions of a mapping over old rows: they are put into a temporary table with the
 * old table's column definitions, so that every operator sees the types that it would see there. On a connection of its
 * own: what it does is no part of any transaction. Confined to one thread.
 */
final class ExpressionEvaluator implements AutoCloseable {

    /**
     * What became of a row.
     *
     * @param wanted whether {@code where} holds; true without one
     * @param values results in the order of the expressions, as they are bound
     * @param refusal why it could not be evaluated; null when it could
     */
    record Result(
            boolean wanted,
            List<? extends @Nullable Object> values,
            @Nullable String refusal) {

        static final Result PLAIN = new Result(true, List.of(), null);

        static Result refused(String why) {
            return new Result(false, List.of(), why);
        }
    }

    private static final int MAX_ROWS = 256;

    private final MySqlServer server;
    private @Nullable Connection connection;
    private final IdentityHashMap<RowExpressions, Evaluation> evaluations = new IdentityHashMap<>();

    /** Temporary table and query, on the present connection. */
    private record Evaluation(String table, List<Integer> columns, List<Binding> bindings, String query) {}

    ExpressionEvaluator(MySqlServer server) {
        // the binary protocol: FLOAT results are exact
        this.server = server.with("useServerPrepStmts", "true").with("cachePrepStmts", "true");
    }

    /** The results for the row after of each event, in order. */
    List<Result> evaluate(RowExpressions asked, List<Received> events) throws SQLException {
        try {
            Connection open = connection();
            Evaluation evaluation = evaluations.get(asked);
            if (evaluation == null) {
                evaluation = prepare(open, asked, evaluations.size());
                evaluations.put(asked, evaluation);
            }
            List<Result> results = new ArrayList<>(events.size());
            for (int from = 0; from < events.size(); from += MAX_ROWS) {
                List<Received> part = events.subList(from, Math.min(from + MAX_ROWS, events.size()));
                evaluate(open, asked, evaluation, part, results);
            }
            return results;
        } catch (SQLException e) {
            close(); // temporary tables go with the connection
            throw e;
        }
    }

    private void evaluate(
            Connection open, RowExpressions asked, Evaluation evaluation, List<Received> events, List<Result> results)
            throws SQLException {
        try {
            results.addAll(query(open, asked, evaluation, events));
            return;
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure.kind() != SqlFailure.Kind.DATA && failure.kind() != SqlFailure.Kind.OTHER) {
                throw e;
            }
            if (events.size() == 1) {
                results.add(Result.refused(failure.text()));
                return;
            }
        } catch (IllegalArgumentException e) {
            if (events.size() == 1) {
                results.add(Result.refused(String.valueOf(e.getMessage())));
                return;
            }
        }
        int half = events.size() / 2;
        evaluate(open, asked, evaluation, events.subList(0, half), results);
        evaluate(open, asked, evaluation, events.subList(half, events.size()), results);
    }

    private static List<Result> query(
            Connection open, RowExpressions asked, Evaluation evaluation, List<Received> events) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("DELETE FROM " + evaluation.table());
        }
        insert(open, evaluation, events);
        List<Result> results = new ArrayList<>(events.size());
        try (PreparedStatement query = open.prepareStatement(evaluation.query());
                ResultSet rows = query.executeQuery()) {
            ResultSetMetaData types = rows.getMetaData();
            while (rows.next()) {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; i < asked.expressions().size(); i++) {
                    values.add(value(rows, types, i + 3));
                }
                results.add(new Result(rows.getBoolean(2), values, null));
            }
            requireNoWarning(query);
        }
        if (results.size() != events.size()) {
            throw new SQLException(results.size() + " results for " + events.size() + " rows");
        }
        return results;
    }

    private static void insert(Connection open, Evaluation evaluation, List<Received> events) throws SQLException {
        String row = "(?" + ",?".repeat(evaluation.columns().size()) + ")";
        String sql = "INSERT INTO " + evaluation.table() + " VALUES "
                + String.join(",", Collections.nCopies(events.size(), row));
        try (PreparedStatement insert = open.prepareStatement(sql)) {
            int next = 1;
            for (int i = 0; i < events.size(); i++) {
                Row values = event(events.get(i)).row();
                insert.setInt(next++, i);
                for (int c = 0; c < evaluation.columns().size(); c++) {
                    String text = values.get(evaluation.columns().get(c));
                    Object bound =
                            text == null ? null : evaluation.bindings().get(c).bind(text);
                    if (bound instanceof byte[] bytes) {
                        insert.setBytes(next++, bytes);
                    } else if (bound instanceof BigInteger number) {
                        insert.setString(next++, number.toString());
                    } else {
                        insert.setString(next++, bound == null ? null : bound.toString());
                    }
                }
            }
            insert.executeUpdate();
            requireNoWarning(insert);
        }
    }

    private static void requireNoWarning(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (SqlFailure.of(warning).kind() == SqlFailure.Kind.DATA) {
                throw warning;
            }
        }
    }

    /** A result as it is bound: exact, whatever its type. */
    private static @Nullable Object value(ResultSet row, ResultSetMetaData types, int column) throws SQLException {
        switch (types.getColumnType(column)) {
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> {
                return row.getBytes(column);
            }
            case Types.BIT -> {
                byte[] bits = row.getBytes(column);
                return bits == null ? null : new BigInteger(1, bits);
            }
            case Types.REAL -> {
                float number = row.getFloat(column);
                return row.wasNull() ? null : Float.toString(number);
            }
            case Types.FLOAT, Types.DOUBLE -> {
                double number = row.getDouble(column);
                return row.wasNull() ? null : Double.toString(number);
            }
            default -> {
                return row.getString(column);
            }
        }
    }

    private static Evaluation prepare(Connection open, RowExpressions asked, int number) throws SQLException {
        TreeSet<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        asked.expressions().forEach(expression -> used.addAll(expression.columns()));
        MappingExpression where = asked.where();
        if (where != null) {
            used.addAll(where.columns());
        }
        List<Integer> columns = new ArrayList<>();
        List<Binding> bindings = new ArrayList<>();
        List<String> definitions = new ArrayList<>(List.of("`changeover n` INT NOT NULL PRIMARY KEY"));
        List<Column> old = asked.schema().columns();
        SourceCollations collations = new SourceCollations(open);
        for (int i = 0; i < old.size(); i++) {
            if (used.contains(old.get(i).name())) {
                columns.add(i);
                bindings.add(Binding.of(old.get(i), asTarget(old.get(i))));
                definitions.add(TableName.quote(old.get(i).name()) + " "
                        + old.get(i).mysqlType() + collations.clause(asked.schema(), old.get(i)) + " NULL");
            }
        }
        String table = "`changeover`.`old row " + number + "`";
        try (Statement statement = open.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE " + table + " (" + String.join(", ", definitions)
                    + ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4");
        }
        String results = asked.expressions().stream()
                .map(expression -> ", (" + expression.sql() + ")")
                .collect(Collectors.joining());
        String query = "SELECT `changeover n`, " + (where == null ? "TRUE" : "(" + where.sql() + ") IS TRUE") + results
                + " FROM " + table + " ORDER BY `changeover n`";
        return new Evaluation(table, columns, bindings, query);
    }

    /** The column of the temporary table, as far as binding wants to know it. */
    private static TargetColumn asTarget(Column column) {
        return new TargetColumn(
                column.name(), column.baseType(), column.mysqlType(), null, null, false, 0, true, false, false);
    }

    /** The values of expressions without columns, as texts. */
    List<String> constants(List<MappingExpression> expressions) throws SQLException {
        String sql = "SELECT "
                + expressions.stream()
                        .map(expression -> "(" + expression.sql() + ")")
                        .collect(Collectors.joining(", "));
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= expressions.size(); i++) {
                values.add(Objects.requireNonNull(row.getString(i), "constant key column is null"));
            }
            return values;
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = server.connect();
            connection = open;
        }
        return open;
    }

    private static ChangeEvent event(Received received) {
        return Objects.requireNonNull(received.event());
    }

    @Override
    public void close() {
        evaluations.clear();
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException gone) {
                // closed already
            }
        }
    }
}
