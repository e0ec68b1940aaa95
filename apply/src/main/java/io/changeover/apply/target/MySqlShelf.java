package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.HeldRows;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Write;
import io.changeover.apply.stream.Received;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is held beside one new table, inside one transaction. Confined to one thread. */
final class MySqlShelf extends MySqlTargetTransaction implements HeldRows.Shelf<MappedRow> {

    /** Maps kept messages anew, in their order; empty for one that cannot be understood any more. */
    interface Kept {
        List<Optional<Change<MappedRow>>> changes(OpenTarget now, List<Received> messages) throws SQLException;
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
