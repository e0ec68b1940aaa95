package io.changeover.reconcile.table;

import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one side of a table: a walk in key order, or the rows of given keys. All readers of one side give rows of one layout:
 * the key for matching; what the walk needs beside it; compared columns. Confined to one thread at a time.
 */
public final class TableReader {

    /** Keys of one query. MySQL's range analysis takes time by the square of the tuples: 2000 took longer than 40 times 100. */
    private static final int KEYS = 2000;

    private static final int COMPOSITE_KEYS = 100;

    /**
     * What MySQL says of a value of the other side that this column can never have: characters outside of its character set (in a
     * comparison of two, three and more texts, and where one is converted), bytes that are no text, a date that is none, a number
     * out of all range.
     */
    private static final Set<Integer> NO_SUCH_VALUE = Set.of(1267, 1270, 1271, 3854, 1300, 1525, 1690);

    private final Connection connection;
    private final String table;
    private final String select;
    private final @Nullable String condition;
    private final Keyset walk;
    private final int[] walkAt;
    private final List<String> lookupColumns;
    private final List<ColumnType> lookupTypes;
    private final List<ColumnType> keyTypes;
    private final int valuesFrom;
    private final int width;

    private TableReader(
            Connection connection,
            String table,
            @Nullable String condition,
            Keyset walk,
            List<String> lookupColumns,
            List<ColumnType> lookupTypes,
            List<String> keys,
            List<ColumnType> keyTypes,
            List<String> values) {
        List<String> selected = new ArrayList<>(keys);
        walk.expressions().stream().filter(walked -> !keys.contains(walked)).forEach(selected::add);
        this.walkAt = walk.expressions().stream().mapToInt(selected::indexOf).toArray();
        this.valuesFrom = selected.size();
        selected.addAll(values);
        this.connection = connection;
        this.table = table;
        this.select = "SELECT " + String.join(", ", selected) + " FROM " + table;
        this.condition = condition;
        this.walk = walk;
        this.lookupColumns = lookupColumns;
        this.lookupTypes = lookupTypes;
        this.keyTypes = keyTypes;
        this.width = selected.size();
    }

    /** The old table through the mapping; {@code withColumns}: also the compared values, not only the key. */
    public static TableReader ofSource(Connection connection, ComparedTable table, boolean withColumns) {
        List<String> values = withColumns
                ? table.columns().stream().map(ComparedColumn::mapped).toList()
                : List.of();
        return ofSource(connection, table, table.condition(), values);
    }

    /**
     * The old table for all the new ones that its rows are spread over.
     *
     * @param table one of these
     * @param condition SQL over the old table for the rows that must be in any of them; null: all
     * @param shard SQL of the row's shard, one value after the compared ones
     */
    public static TableReader ofSpread(
            Connection connection, ComparedTable table, @Nullable String condition, String shard) {
        List<String> values = new ArrayList<>(
                table.columns().stream().map(ComparedColumn::mapped).toList());
        values.add(shard);
        return ofSource(connection, table, condition, values);
    }

    private static TableReader ofSource(
            Connection connection, ComparedTable table, @Nullable String condition, List<String> values) {
        Keyset walk = new Keyset(
                table.walk().stream()
                        .map(column -> column.type().walked(TableName.quote(column.name())))
                        .toList(),
                table.walk().stream().map(TableColumns.Found::type).toList());
        List<KeyColumn> taken =
                table.key().stream().filter(key -> key.oldName() != null).toList();
        return new TableReader(
                connection,
                table.source().quoted(),
                condition,
                walk,
                taken.stream().map(KeyColumn::lookedUp).toList(),
                taken.stream().map(key -> lookupType(key.lookupType())).toList(),
                table.key().stream().map(KeyColumn::shown).toList(),
                table.key().stream().map(KeyColumn::type).toList(),
                values);
    }

    /** The new table. */
    public static TableReader ofTarget(Connection connection, ComparedTable table, boolean withColumns) {
        return ofTarget(connection, table, table.key(), null, stored(table, withColumns));
    }

    /**
     * Rows of the new table.
     *
     * @param walked the columns of its key that the walk goes by
     * @param condition SQL over the new table; null: all rows
     */
    static TableReader ofTarget(
            Connection connection,
            ComparedTable table,
            List<KeyColumn> walked,
            @Nullable String condition,
            boolean withColumns) {
        return ofTarget(connection, table, walked, condition, stored(table, withColumns));
    }

    private static List<String> stored(ComparedTable table, boolean withColumns) {
        return withColumns
                ? table.columns().stream().map(ComparedColumn::stored).toList()
                : List.of();
    }

    private static TableReader ofTarget(
            Connection connection,
            ComparedTable table,
            List<KeyColumn> walked,
            @Nullable String condition,
            List<String> values) {
        List<String> keys = table.key().stream().map(TableReader::stored).toList();
        List<ColumnType> types = table.key().stream().map(KeyColumn::type).toList();
        return new TableReader(
                connection,
                table.target().quoted(),
                condition,
                new Keyset(
                        walked.stream().map(TableReader::stored).toList(),
                        walked.stream().map(KeyColumn::type).toList()),
                table.key().stream().map(key -> lookup(key.type(), key.name())).toList(),
                types.stream().map(TableReader::lookupType).toList(),
                keys,
                types,
                values);
    }

    /** The new table, with an SQL expression over it in place of its columns. */
    public static TableReader ofTarget(Connection connection, ComparedTable table, String expression) {
        return ofTarget(connection, table, table.key(), null, List.of(expression));
    }

    /** What a walk reads, and in which order. */
    public String walked() {
        return select + where(null) + walk.orderBy();
    }

    /** The next rows in key order; fewer than {@code limit}: the walk is at its end. */
    public List<RawRow> next(@Nullable RawRow after, int limit) throws SQLException {
        return next(after == null ? null : place(after), null, limit);
    }

    /** The next rows in key order of those after a place and up to another; null: no bound there. */
    public List<RawRow> next(@Nullable List<@Nullable String> after, @Nullable List<@Nullable String> upTo, int limit)
            throws SQLException {
        return rows(where(walk.between(after, upTo)) + walk.orderBy() + " LIMIT " + limit);
    }

    /** Where the row stands in the walk: its values of the key that the walk goes by. */
    public List<@Nullable String> place(RawRow row) {
        List<@Nullable String> place = new ArrayList<>();
        for (int at : walkAt) {
            place.add(row.get(at));
        }
        return place;
    }

    /**
     * The rows of these keys, in no order, as this server compares keys: it may find one that is written in another case.
     *
     * @param keys values of the looked up columns
     */
    public List<RawRow> find(List<List<@Nullable String>> keys) throws SQLException {
        int batch = lookupColumns.size() == 1 ? KEYS : COMPOSITE_KEYS;
        List<RawRow> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += batch) {
            find(keys.subList(from, Math.min(keys.size(), from + batch)), found);
        }
        return found;
    }

    private void find(List<List<@Nullable String>> keys, List<RawRow> found) throws SQLException {
        String tuples = keys.stream().map(this::tuple).collect(Collectors.joining(", "));
        try {
            found.addAll(rows(where("(" + String.join(", ", lookupColumns) + ") IN (" + tuples + ")")));
        } catch (SQLException e) {
            if (!NO_SUCH_VALUE.contains(e.getErrorCode())) {
                throw e;
            }
            // a key that this side cannot have is in no row of it
            if (keys.size() == 1) {
                requireNoSuchKey(tuples, e);
            } else {
                int half = keys.size() / 2;
                find(keys.subList(0, half), found);
                find(keys.subList(half, keys.size()), found);
            }
        }
    }

    /** It may have been a value of the row that the mapping cannot do with, which says nothing of the key. */
    private void requireNoSuchKey(String tuple, SQLException failure) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM " + table + " WHERE ("
                        + String.join(", ", lookupColumns) + ") IN (" + tuple + ")")) {
            row.next();
        } catch (SQLException e) {
            if (e.getErrorCode() == failure.getErrorCode()) {
                return;
            }
            throw e;
        }
        throw failure;
    }

    /** The text by which a row of this side and one of the other find each other. */
    public String keyText(RawRow row) {
        return keyText(keys(row));
    }

    /** The same of a whole matching key. */
    String keyText(List<@Nullable String> key) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < keyTypes.size(); i++) {
            String part = Values.keyText(key.get(i), keyTypes.get(i));
            text.append(keyTypes.size() > 1 ? part.length() + ":" : "").append(part);
        }
        return text.toString();
    }

    /** A value of the row's matching key. */
    public @Nullable String key(RawRow row, int index) {
        return row.get(index);
    }

    int valueAt(int index) {
        return valuesFrom + index;
    }

    /** The whole matching key of the row. */
    public List<@Nullable String> keys(RawRow row) {
        List<@Nullable String> keys = new ArrayList<>();
        for (int i = 0; i < keyTypes.size(); i++) {
            keys.add(key(row, i));
        }
        return keys;
    }

    /** A compared value of the row. */
    public @Nullable String value(RawRow row, int index) {
        return row.get(valueAt(index));
    }

    private String tuple(List<@Nullable String> key) {
        return IntStream.range(0, lookupTypes.size())
                .mapToObj(i -> lookupTypes.get(i).literal(key.get(i)))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private String where(@Nullable String restriction) {
        if (condition == null) {
            return restriction == null ? "" : " WHERE " + restriction;
        }
        return " WHERE (" + condition + ")" + (restriction == null ? "" : " AND (" + restriction + ")");
    }

    private List<RawRow> rows(String rest) throws SQLException {
        List<RawRow> read = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select + rest)) {
            while (rows.next()) {
                read.add(RawRow.read(rows, width));
            }
        }
        return read;
    }

    private static String stored(KeyColumn key) {
        return key.type().walked(TableName.quote(key.name()));
    }

    /** A label finds its ENUM by the index; a FLOAT is only found by all of its digits. */
    static String lookup(@Nullable ColumnType type, @Nullable String column) {
        String quoted = TableName.quote(String.valueOf(column));
        return type == null || type.base().equals("enum") || type.base().equals("set") ? quoted : type.walked(quoted);
    }

    private static ColumnType lookupType(@Nullable ColumnType type) {
        return type == null ? new ColumnType("varchar", 0) : type;
    }
}
