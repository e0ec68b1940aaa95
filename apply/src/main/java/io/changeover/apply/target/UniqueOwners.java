package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the rows of one place that have the secondary unique values which others want. Confined to its session's thread. */
final class UniqueOwners {

    /** Rows of one statement. */
    private static final int MAX_LOOKS = 64;

    /** Bytes of an index entry in InnoDB, at most: of what is longer only a part is in the index. */
    private static final int MAX_INDEXED = 3072;

    private final TargetSession session;
    private final KeyIdentities identities;
    private final TargetPlace place;

    UniqueOwners(TargetSession session, KeyIdentities identities, TargetPlace place) {
        this.session = session;
        this.identities = identities;
        this.place = place;
    }

    /** For each row, in order, the keys of the rows that have a value of it: its own may be among them. */
    List<Set<RowKey>> of(List<MappedRow> rows) throws SQLException {
        List<Set<RowKey>> owners =
                rows.stream().<Set<RowKey>>map(row -> new HashSet<>()).toList();
        for (List<String> columns : place.table().uniques().values()) {
            List<Set<RowKey>> looking = new ArrayList<>();
            List<List<Object>> wanted = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                List<Object> values = values(rows.get(i), columns);
                if (!values.isEmpty()) {
                    looking.add(owners.get(i));
                    wanted.add(values);
                }
            }
            find(columns, wanted, looking);
        }
        return owners;
    }

    /**
     * What a row wants to have alone; empty where it cannot meet another, for {@code NULL} meets nothing, or where that cannot be
     * told: a column is not mapped, or only a part of it is in the index.
     */
    private List<Object> values(MappedRow row, List<String> columns) {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            int index = row.layout().indexOf(column);
            Object value = index < 0 || row.refusal() != null
                    ? null
                    : comparable(row.layout().columns().get(index), row.values()[index]);
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }

    /** The value so that the column's index can be used: a number or bytes beside a text would have the whole table read. */
    private static @Nullable Object comparable(TargetColumn column, @Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return column.isText() || bytes.length > MAX_INDEXED ? null : value;
        }
        String text = value == null ? "" : value.toString();
        return value == null || text.length() > MAX_INDEXED ? null : column.isText() ? text : value;
    }

    private void find(List<String> columns, List<List<Object>> wanted, List<Set<RowKey>> looking) throws SQLException {
        int from = 0;
        while (from < wanted.size()) {
            // few sizes, so that the texts are few: whole powers of two
            int rows = Integer.highestOneBit(Math.min(wanted.size() - from, MAX_LOOKS));
            lookUp(columns, wanted.subList(from, from + rows), looking.subList(from, from + rows));
            from += rows;
        }
    }

    private void lookUp(List<String> columns, List<List<Object>> wanted, List<Set<RowKey>> looking)
            throws SQLException {
        PreparedStatement query = session.prepare(statement(columns, wanted.size()));
        int next = 1;
        for (List<Object> values : wanted) {
            for (Object value : values) {
                TargetSession.bind(query, next++, value);
            }
        }
        List<Set<RowKey>> finders = new ArrayList<>();
        List<List<String>> keys = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                finders.add(looking.get(row.getInt(1)));
                keys.add(key(row));
            }
        } catch (SQLException e) {
            requireNoSuchValue(e);
            if (wanted.size() > 1) { // a value that the column cannot have is in no row of it; the others may be
                for (int i = 0; i < wanted.size(); i++) {
                    lookUp(columns, wanted.subList(i, i + 1), looking.subList(i, i + 1));
                }
            }
            return;
        }
        List<RowKey> identified = identities.of(session, keys);
        for (int i = 0; i < identified.size(); i++) {
            finders.get(i).add(identified.get(i).at(place.number()));
        }
    }

    /** It may be no date, or in letters that the column's character set does not have: the numbers are many. */
    private static void requireNoSuchValue(SQLException e) throws SQLException {
        switch (SqlFailure.of(e).kind()) {
            case DATA, OTHER -> {}
            case UNREACHABLE, BUSY, DENIED, SCHEMA, DUPLICATE_KEY -> throw e;
        }
    }

    /** One look into the index for each row, numbered by the first column: a join might be done the other way round. */
    private String statement(List<String> columns, int rows) {
        String keys = place.table().key().stream()
                .map(column -> ", " + TableName.quote(column.name()))
                .collect(Collectors.joining());
        String where =
                columns.stream().map(column -> TableName.quote(column) + " = ?").collect(Collectors.joining(" AND "));
        return IntStream.range(0, rows)
                .mapToObj(i ->
                        "SELECT " + i + keys + " FROM " + place.table().name().quoted() + " WHERE " + where)
                .collect(Collectors.joining(" UNION ALL "));
    }

    private List<String> key(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        List<TargetColumn> columns = place.table().key();
        for (int i = 0; i < columns.size(); i++) {
            values.add(
                    columns.get(i).isBinary()
                            ? new String(row.getBytes(i + 2), StandardCharsets.ISO_8859_1)
                            : row.getString(i + 2));
        }
        return values;
    }
}
