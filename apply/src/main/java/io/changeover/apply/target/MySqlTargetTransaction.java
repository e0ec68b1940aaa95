package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.Refusal;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Stored;
import io.changeover.apply.guard.TargetTransaction;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.guard.Write;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One transaction on one new table of a MySQL target. READ COMMITTED, rows locked in one order. Throws {@link SqlTrouble}
 * and {@link TryAgain}, after both of which the caller rolls back. Confined to one thread.
 */
class MySqlTargetTransaction implements TargetTransaction<MappedRow> {

    /** Keys that one statement names; the optimizer's memory for ranges, which the session sets, takes ten times as many. */
    private static final int MAX_POINTS = 1024;

    private final TargetPlace place;
    private final BatchContext batch;
    private final RowWriter writer;

    /** @param careful see {@link TryAgain#carefully} */
    MySqlTargetTransaction(TargetPlace place, BatchContext batch, boolean careful) {
        this.place = place;
        this.batch = batch;
        this.writer = new RowWriter(
                place.session(), place.table(), place.keys(), keys -> live(keys).keySet(), careful);
    }

    TargetPlace place() {
        return place;
    }

    @Override
    public boolean advance(ProgressStep step) {
        return sql(() -> place.progress().advance(step, batch.newestMicros(step.partition())));
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> asked, int source) {
        List<RowKey> keys = new ArrayList<>(asked);
        keys.sort(RowWriter.KEY_ORDER);
        return sql(() -> {
            Map<RowKey, Version> live = live(keys);
            Map<RowKey, Version> buried = place.tombstones().of(mayBeBuried(keys, live, source), source);
            Map<RowKey, Version> deferred =
                    place.mayHaveDeferred() ? place.deferred().of(keys, source) : Map.of();
            Map<RowKey, Stored> stored = new HashMap<>();
            for (RowKey key : keys) {
                stored.put(key, new Stored(live.get(key), buried.get(key), deferred.get(key)));
            }
            return stored;
        });
    }

    /**
     * The keys whose tombstone can matter. Where the source's own row is there, it is not older than the source's tombstone:
     * see {@link Stored#tombstone}; and what is newer than all that its partition has buried is newer than its own.
     */
    private List<RowKey> mayBeBuried(List<RowKey> keys, Map<RowKey, Version> live, int source) throws SQLException {
        Tombstones tombstones = place.tombstones();
        tombstones.look();
        // of spellings, another partition may have buried another
        Set<RowKey> newer = place.identities().haveSpellings()
                ? Set.of()
                : batch.newerThan(source, partition -> tombstones.newest(source, partition));
        return keys.stream()
                .filter(key -> {
                    Version version = live.get(key);
                    return !newer.contains(key) && (version == null || version.source() != source);
                })
                .toList();
    }

    private Map<RowKey, Version> live(List<RowKey> keys) throws SQLException {
        PreparedStatement query = place.session()
                .prepare("SELECT q.n, t.`" + MetadataSchema.VERSION_COLUMN + "` FROM "
                        + place.keys().table() + " STRAIGHT_JOIN "
                        + place.table().name().quoted()
                        + " t FORCE INDEX (PRIMARY) ON " + place.keys().match() + " FOR UPDATE OF t");
        query.setString(1, place.keys().json(keys));
        Map<RowKey, Version> found = new HashMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.put(keys.get(rows.getInt(1) - 1), Version.fromBytes(rows.getBytes(2)));
            }
        }
        return found;
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        List<RowKey> sorted = new ArrayList<>(keys);
        sorted.sort(RowWriter.KEY_ORDER);
        sql(() -> {
            List<RowKey> others = new ArrayList<>();
            List<RowKey> numbers = new ArrayList<>();
            sorted.forEach(key -> (place.keys().isNumber(key) ? numbers : others).add(key));
            for (int from = 0; from < numbers.size(); from += MAX_POINTS) {
                deleteByNumber(numbers.subList(from, Math.min(from + MAX_POINTS, numbers.size())));
            }
            deleteJoined(others);
            return sorted;
        });
    }

    /** By the numbers themselves: rows go while the index is read, not in a second pass. */
    private void deleteByNumber(List<RowKey> keys) throws SQLException {
        try (Statement delete = place.session().connection().createStatement()) {
            delete.executeUpdate("DELETE t FROM " + place.table().name().quoted() + " t FORCE INDEX (PRIMARY) WHERE t."
                    + place.keys().numberColumn() + " IN ("
                    + keys.stream().map(key -> KeyTable.number(key).toString()).collect(Collectors.joining(",")) + ")");
        }
    }

    private void deleteJoined(List<RowKey> keys) throws SQLException {
        if (!keys.isEmpty()) {
            PreparedStatement delete = place.session()
                    .prepare("DELETE t FROM " + place.keys().table() + " STRAIGHT_JOIN "
                            + place.table().name().quoted() + " t ON "
                            + place.keys().match());
            delete.setString(1, place.keys().json(keys));
            delete.executeUpdate();
        }
    }

    @Override
    public List<Refusal<MappedRow>> write(List<Write<MappedRow>> writes) {
        return sql(() -> writer.write(writes));
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        if (tombstones.isEmpty()) {
            return;
        }
        sql(() -> {
            place.tombstones().bury(tombstones, batch::origin);
            return tombstones;
        });
    }

    @Override
    public void defer(Collection<Deferred<MappedRow>> deferred) {
        if (deferred.isEmpty()) {
            return;
        }
        place.willHaveDeferred();
        requireMayPark(deferred);
        sql(() -> {
            for (Deferred<MappedRow> row : deferred) {
                Change<MappedRow> change = row.change();
                Received origin = Objects.requireNonNull(change.image()).origin();
                place.tombstones().mayBury(change.version(), origin.partition());
                place.deferred().put(change.key(), change.version(), row.kind(), row.reason(), origin);
            }
            return deferred;
        });
    }

    private void requireMayPark(Collection<Deferred<MappedRow>> deferred) {
        for (Deferred<MappedRow> row : deferred) {
            if (row.kind() == Deferred.Kind.PARKED) {
                place.parking()
                        .require(Objects.requireNonNull(row.change().image()).origin(), row.reason());
            }
        }
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        if (keys.isEmpty()) {
            return;
        }
        sql(() -> {
            place.deferred().remove(new HashSet<>(keys), source);
            return keys;
        });
    }

    interface Work<T> {
        T run() throws SQLException;
    }

    static <T> T sql(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new SqlTrouble(e);
        }
    }
}
