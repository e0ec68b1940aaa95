package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.TableName;
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

    /** What a row wants to have alone; empty where it cannot meet another: NULL meets nothing, what is not mapped cannot be told. */
    private static List<Object> values(MappedRow row, List<String> columns) {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            int index = row.layout().indexOf(column);
            @Nullable Object value = index < 0 || row.refusal() != null ? null : row.values()[index];
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }

    private void find(List<String> columns, List<List<Object>> wanted, List<Set<RowKey>> looking) throws SQLException {
        List<Set<RowKey>> finders = new ArrayList<>();
        List<List<String>> keys = new ArrayList<>();
        int from = 0;
        while (from < wanted.size()) {
            // few sizes, so that the texts are few: whole powers of two
            int rows = Integer.highestOneBit(Math.min(wanted.size() - from, MAX_LOOKS));
            PreparedStatement query = session.prepare(statement(columns, rows));
            int next = 1;
            for (List<Object> values : wanted.subList(from, from + rows)) {
                for (Object value : values) {
                    TargetSession.bind(query, next++, value);
                }
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    finders.add(looking.get(from + row.getInt(1)));
                    keys.add(key(row));
                }
            }
            from += rows;
        }
        List<RowKey> identified = identities.of(session, keys);
        for (int i = 0; i < identified.size(); i++) {
            finders.get(i).add(identified.get(i).at(place.number()));
        }
    }

    /** One look into the index for each row, numbered by the first column; of a join that cannot be made sure. */
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
