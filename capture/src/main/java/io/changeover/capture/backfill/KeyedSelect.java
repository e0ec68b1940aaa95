package io.changeover.capture.backfill;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.value.SelectedColumn;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads rows of one table along its primary key. The order is MySQL's own, whatever the key's types and collations. */
final class KeyedSelect {

    private final CapturedTable table;
    private final List<SelectedColumn> columns;
    private final List<SelectedColumn> key;
    private final String from;
    private final String select;

    KeyedSelect(CapturedTable table) {
        this.table = table;
        List<Column> all = table.schema().columns();
        this.columns = IntStream.range(0, all.size())
                .mapToObj(i -> SelectedColumn.of(all.get(i), table.charsets().get(i)))
                .toList();
        this.key = table.keyOrder().stream().map(this::column).toList();
        this.from = " FROM " + table.schema().name().quoted() + " FORCE INDEX (PRIMARY)";
        this.select = columns.stream().map(SelectedColumn::expression).collect(Collectors.joining(", ", "SELECT ", ""))
                + from;
    }

    CapturedTable table() {
        return table;
    }

    /**
     * The next rows after a key.
     *
     * @param after values of the key in the order of the index; null: from the first row on
     */
    List<Row> after(Connection connection, @Nullable List<String> after, int limit) throws SQLException {
        String where = after == null ? "" : " WHERE " + greater(after);
        return rows(connection, select + where + " ORDER BY " + names() + " LIMIT " + limit);
    }

    /** The rows after one key up to another one and with it; null: without that bound. */
    List<Row> between(Connection connection, @Nullable List<String> after, @Nullable List<String> to)
            throws SQLException {
        List<String> bounds = new ArrayList<>();
        if (after != null) {
            bounds.add("(" + greater(after) + ")");
        }
        if (to != null) {
            bounds.add("(" + upTo(to) + ")");
        }
        String where = bounds.isEmpty() ? "" : " WHERE " + String.join(" AND ", bounds);
        return rows(connection, select + where + " ORDER BY " + names());
    }

    /** The key of the row that stands so many rows behind a key (null: behind the begin); null when there are fewer. */
    @Nullable
    List<String> boundary(Connection connection, @Nullable List<String> after, int rows) throws SQLException {
        String sql = key.stream().map(SelectedColumn::expression).collect(Collectors.joining(", ", "SELECT ", ""))
                + from + (after == null ? "" : " WHERE " + greater(after))
                + " ORDER BY " + names() + " LIMIT 1 OFFSET " + (rows - 1);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return null;
            }
            List<String> values = new ArrayList<>();
            for (int i = 0; i < key.size(); i++) {
                values.add(text(key.get(i), row.getBytes(i + 1)));
            }
            return values;
        }
    }

    /** As {@link #after}, of the rows that an SQL condition chooses. */
    List<Row> where(Connection connection, String condition, @Nullable List<String> after, int limit)
            throws SQLException {
        // a line of its own: the condition may end with a comment
        String where = " WHERE (" + condition + "\n)" + (after == null ? "" : " AND (" + greater(after) + ")");
        return rows(connection, select + where + " ORDER BY " + names() + " LIMIT " + limit);
    }

    /** The rows that exist of those whose key is given. */
    List<Row> of(Connection connection, List<Row> keys) throws SQLException {
        String where = keys.stream().map(this::equal).collect(Collectors.joining(" OR "));
        return rows(connection, select + " WHERE " + where);
    }

    /**
     * The keys that have no row. A key that is not among the found by its text may be there by the collation: MySQL is asked
     * again, because a delete would take the row away.
     */
    List<Row> missing(Connection connection, List<Row> keys, List<Row> found) throws SQLException {
        Set<String> there = new HashSet<>();
        found.forEach(row -> there.add(MessageKey.of(table.schema(), row)));
        List<Row> missing = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (Row key : keys) {
                if (there.contains(MessageKey.of(table.schema(), key))) {
                    continue;
                }
                String exists = "SELECT 1 FROM " + table.schema().name().quoted() + " WHERE " + equal(key) + " LIMIT 1";
                try (ResultSet row = statement.executeQuery(exists)) {
                    if (!row.next()) {
                        missing.add(key);
                    }
                }
            }
        }
        return missing;
    }

    /** The values of the row's key in the order of the index. */
    List<String> keyOf(Row row) {
        List<String> values = new ArrayList<>();
        for (String name : table.keyOrder()) {
            String value = row.get(table.schema(), name);
            if (value == null) {
                throw new IllegalStateException(
                        "key column " + name + " of " + table.schema().name() + " is null");
            }
            values.add(value);
        }
        return values;
    }

    private List<Row> rows(Connection connection, String sql) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            while (results.next()) {
                @Nullable String[] values = new String[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    byte[] bytes = results.getBytes(i + 1);
                    values[i] = bytes == null ? null : text(columns.get(i), bytes);
                }
                rows.add(new Row(values));
            }
        }
        return rows;
    }

    /** @throws ChangeoverException (15) when the bytes are no text of the column */
    private String text(SelectedColumn column, byte[] bytes) {
        try {
            return column.text(bytes);
        } catch (IllegalArgumentException e) {
            TableName name = table.schema().name();
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.UNSAFE_EVENT,
                            "column " + name + "." + column.column().name(),
                            "it has a text that cannot be read: " + e.getMessage(),
                            "find it with SELECT * FROM " + name.quoted() + " WHERE CONVERT(CONVERT("
                                    + TableName.quote(column.column().name())
                                    + " USING utf8mb4) USING binary) LIKE '%?%' and mend"
                                    + " it, or take the table out of the pipeline"),
                    e);
        }
    }

    /**
     * {@code (a, b) > (x, y)} spelled out: a row constructor would not use the index. The first condition is redundant and
     * gives the range to begin at.
     */
    private String greater(List<String> after) {
        return (key.size() > 1 ? compare(0, ">=", after) + " AND " : "") + beyond(">", ">", after);
    }

    /** {@code (a, b) <= (x, y)}, likewise. */
    private String upTo(List<String> to) {
        return (key.size() > 1 ? compare(0, "<=", to) + " AND " : "") + beyond("<", "<=", to);
    }

    /** Equal in the first columns and beyond in the next one, for each column. */
    private String beyond(String operator, String lastOperator, List<String> values) {
        StringBuilder sql = new StringBuilder("(");
        for (int last = 0; last < key.size(); last++) {
            sql.append(last == 0 ? "(" : " OR (");
            for (int i = 0; i < last; i++) {
                sql.append(compare(i, "=", values)).append(" AND ");
            }
            boolean isLast = last == key.size() - 1;
            sql.append(compare(last, isLast ? lastOperator : operator, values)).append(')');
        }
        return sql.append(')').toString();
    }

    private String equal(Row row) {
        List<String> values = keyOf(row);
        StringBuilder sql = new StringBuilder("(");
        for (int i = 0; i < key.size(); i++) {
            sql.append(i == 0 ? "" : " AND ").append(compare(i, "=", values));
        }
        return sql.append(')').toString();
    }

    private String compare(int index, String operator, List<String> values) {
        SelectedColumn column = key.get(index);
        return TableName.quote(column.column().name()) + " " + operator + " " + column.literal(values.get(index));
    }

    private String names() {
        return key.stream()
                .map(column -> TableName.quote(column.column().name()))
                .collect(Collectors.joining(", "));
    }

    private SelectedColumn column(String name) {
        for (SelectedColumn column : columns) {
            if (column.column().name().equals(name)) {
                return column;
            }
        }
        throw new IllegalArgumentException(
                "no column " + name + " in " + table.schema().name());
    }
}
