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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is held beside one new table, inside one transaction. Confined to one thread. */
final class MySqlShelf extends MySqlTargetTransaction implements HeldRows.Shelf<MappedRow> {

    /** Maps a kept message anew; empty when it cannot be understood any more. */
    interface Kept {
        Optional<Change<MappedRow>> change(OpenTarget now, Received message) throws SQLException;
    }

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
            for (DeferredRows.Kept row : open().deferred().lockWaiting()) {
                kept.change(open(), row.message())
                        .ifPresent(change -> waiting.add(new Deferred<>(change, row.kind(), row.reason())));
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
    public Set<RowKey> blockers(Change<MappedRow> change) {
        TargetPlace place = open().place(change.key().place());
        return at(place, () -> {
            Set<RowKey> blockers = new HashSet<>();
            for (List<String> columns : place.table().uniques().values()) {
                owners(place, RowWriter.image(change), columns)
                        .forEach(owner -> blockers.add(owner.at(place.number())));
            }
            blockers.remove(change.key());
            return blockers;
        });
    }

    private List<RowKey> owners(TargetPlace place, MappedRow row, List<String> columns) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            int index = row.layout().indexOf(column);
            Object value = index < 0 || row.refusal() != null ? null : row.values()[index];
            if (value == null) {
                return List.of(); // NULL meets nothing; what is not mapped cannot be told
            }
            values.add(value);
        }
        String keys = place.table().key().stream()
                .map(column -> TableName.quote(column.name()))
                .collect(Collectors.joining(", "));
        String where =
                columns.stream().map(column -> TableName.quote(column) + " = ?").collect(Collectors.joining(" AND "));
        PreparedStatement query = open().session()
                .prepare("SELECT " + keys + " FROM " + place.table().name().quoted() + " WHERE " + where
                        + " FOR UPDATE");
        for (int i = 0; i < values.size(); i++) {
            TargetSession.bind(query, i + 1, values.get(i));
        }
        List<List<String>> found = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.add(key(place, rows));
            }
        }
        return open().identities().of(open().session(), found);
    }

    private List<String> key(TargetPlace place, ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < place.table().key().size(); i++) {
            values.add(
                    place.table().key().get(i).isBinary()
                            ? new String(row.getBytes(i + 1), StandardCharsets.ISO_8859_1)
                            : row.getString(i + 1));
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
