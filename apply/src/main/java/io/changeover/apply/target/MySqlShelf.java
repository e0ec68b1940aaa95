package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.HeldRows;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Write;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is held beside one new table, inside one transaction. Confined to one thread. */
final class MySqlShelf extends MySqlTargetTransaction implements HeldRows.Shelf<MappedRow> {

    /** Maps kept messages anew, in their order; empty for one that cannot be understood any more. */
    interface Kept {
        List<Optional<Change<MappedRow>>> changes(OpenTarget now, List<Received> messages) throws SQLException;
    }

    /** Rows of one statement that looks for who has a unique value. */
    private static final int MAX_LOOKS = 64;

    private final Kept kept;

    MySqlShelf(OpenTarget open, BatchContext batch, boolean careful, Kept kept) {
        super(open, batch, careful);
        this.kept = kept;
    }

    @Override
    public List<Deferred<MappedRow>> lockDeferred() {
        return sql(() -> {
            List<Deferred<MappedRow>> waiting = new ArrayList<>();
            if (!lockProgress()) {
                return waiting;
            }
            List<DeferredRows.Kept> rows = open().deferred().lockWaiting();
            List<Optional<Change<MappedRow>>> changes = kept.changes(
                    open(), rows.stream().map(DeferredRows.Kept::message).toList());
            for (int i = 0; i < rows.size(); i++) {
                DeferredRows.Kept row = rows.get(i);
                changes.get(i).ifPresent(change -> waiting.add(new Deferred<>(change, row.kind(), row.reason())));
            }
            return waiting;
        });
    }

    @Override
    public boolean lockProgress() {
        open().willHaveDeferred(); // of every partition's keys, not of ours alone
        return sql(() -> open().progress().lockAll());
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<MappedRow>> changes) {
        List<Set<RowKey>> blockers = new ArrayList<>();
        Map<Integer, List<Integer>> byPlace = new TreeMap<>();
        for (int i = 0; i < changes.size(); i++) {
            blockers.add(new HashSet<>());
            byPlace.computeIfAbsent(changes.get(i).key().place(), place -> new ArrayList<>())
                    .add(i);
        }
        byPlace.forEach((number, of) -> {
            TargetPlace place = open().place(number);
            for (List<String> columns : place.table().uniques().values()) {
                at(place, () -> {
                    lookForOwners(place, columns, changes, of, blockers);
                    return blockers;
                });
            }
        });
        for (int i = 0; i < changes.size(); i++) {
            blockers.get(i).remove(changes.get(i).key());
        }
        return blockers;
    }

    /** @param of indexes of the changes of the place */
    private void lookForOwners(
            TargetPlace place,
            List<String> columns,
            List<Change<MappedRow>> changes,
            List<Integer> of,
            List<Set<RowKey>> owners)
            throws SQLException {
        List<Integer> looks = new ArrayList<>();
        List<List<Object>> wanted = new ArrayList<>();
        for (int i : of) {
            List<Object> values = values(RowWriter.image(changes.get(i)), columns);
            if (!values.isEmpty()) {
                looks.add(i);
                wanted.add(values);
            }
        }
        List<Integer> found = new ArrayList<>();
        List<List<String>> keys = new ArrayList<>();
        int from = 0;
        while (from < looks.size()) {
            // few sizes, so that the texts are few: whole powers of two
            int rows = Integer.highestOneBit(Math.min(looks.size() - from, MAX_LOOKS));
            PreparedStatement query = open().session().prepare(whoHas(place, columns, rows));
            int next = 1;
            for (List<Object> values : wanted.subList(from, from + rows)) {
                for (Object value : values) {
                    TargetSession.bind(query, next++, value);
                }
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(looks.get(from + row.getInt(1)));
                    keys.add(key(place, row));
                }
            }
            from += rows;
        }
        List<RowKey> identified = open().identities().of(open().session(), keys);
        for (int i = 0; i < found.size(); i++) {
            owners.get(found.get(i)).add(identified.get(i).at(place.number()));
        }
    }

    /** What a row wants to have alone; empty where it cannot meet another: NULL meets nothing, what is not mapped cannot be told. */
    private static List<Object> values(MappedRow row, List<String> columns) {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            int index = row.layout().indexOf(column);
            Object value = index < 0 || row.refusal() != null ? null : row.values()[index];
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }

    /** One look into the index for each row: no statement for all of them makes sure of that. The first column is the row's ordinal. */
    private static String whoHas(TargetPlace place, List<String> columns, int rows) {
        String keys = place.table().key().stream()
                .map(column -> TableName.quote(column.name()))
                .collect(Collectors.joining(", "));
        String look = ", " + keys + " FROM " + place.table().name().quoted() + " WHERE "
                + columns.stream()
                        .map(column -> TableName.quote(column) + " = ?")
                        .collect(Collectors.joining(" AND "))
                + " FOR UPDATE)";
        return IntStream.range(0, rows).mapToObj(i -> "(SELECT " + i + look).collect(Collectors.joining(" UNION ALL "));
    }

    private static List<String> key(TargetPlace place, ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < place.table().key().size(); i++) {
            values.add(
                    place.table().key().get(i).isBinary()
                            ? new String(row.getBytes(i + 2), StandardCharsets.ISO_8859_1)
                            : row.getString(i + 2));
        }
        return values;
    }

    @Override
    public boolean replaceTogether(List<Change<MappedRow>> cycle) {
        return sql(() -> {
            open().session().execute("SAVEPOINT before_cycle");
            List<Write<MappedRow>> whole = new ArrayList<>();
            for (Change<MappedRow> change : cycle) {
                whole.add(new Write<>(
                        new Change<>(
                                change.key(),
                                change.version(),
                                withUnmapped(change.key(), RowWriter.image(change)),
                                change.scattered(),
                                change.preferred()),
                        false));
            }
            delete(cycle.stream().map(Change::key).toList());
            if (write(whole).isEmpty()) {
                return true;
            }
            open().session().execute("ROLLBACK TO SAVEPOINT before_cycle");
            return false;
        });
    }

    /** The image with the live row's values of the columns that no mapping writes; the delete would lose them. */
    private MappedRow withUnmapped(RowKey key, MappedRow row) throws SQLException {
        TargetPlace place = open().place(key.place());
        List<TargetColumn> unmapped = place.table().columns().stream()
                .filter(column -> !column.generated() && row.layout().indexOf(column.name()) < 0)
                .toList();
        if (unmapped.isEmpty()) {
            return row;
        }
        @Nullable Object[] found = new ExactValues(open().session(), place).of(key, unmapped);
        if (found == null) {
            return row;
        }
        List<TargetColumn> columns = new ArrayList<>(row.layout().columns());
        columns.addAll(unmapped);
        @Nullable Object[] values = Arrays.copyOf(row.values(), columns.size());
        System.arraycopy(found, 0, values, row.values().length, found.length);
        return new MappedRow(new RowLayout(place.table(), columns), values, row.origin(), null);
    }
}
