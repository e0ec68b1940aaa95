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
import io.changeover.apply.target.LiveVersions.Look;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on the places of a new table that one MySQL server has. READ COMMITTED, rows locked in one order. Throws {@link SqlTrouble}
 * and {@link TryAgain}, after both of which the caller rolls back. Confined to one thread.
 */
class MySqlTargetTransaction implements TargetTransaction<MappedRow> {

    /** Keys that one statement names; the optimizer's memory for ranges, which the session sets, takes ten times as many. */
    private static final int MAX_POINTS = 1024;

    private final OpenTarget open;
    private final BatchContext batch;
    private final boolean careful;
    private final Map<Integer, RowWriter> writers = new HashMap<>();

    /** @param careful see {@link TryAgain#carefully} */
    MySqlTargetTransaction(OpenTarget open, BatchContext batch, boolean careful) {
        this.open = open;
        this.batch = batch;
        this.careful = careful;
    }

    OpenTarget open() {
        return open;
    }

    private RowWriter writer(TargetPlace place) {
        return writers.computeIfAbsent(
                place.number(),
                number -> new RowWriter(
                        open.session(),
                        place,
                        open.versions(),
                        keys -> live(place, keys).keySet(),
                        careful));
    }

    /** By place, each in the order in which rows are locked. */
    private static Map<Integer, List<RowKey>> byPlace(Collection<RowKey> keys) {
        Map<Integer, List<RowKey>> places = new TreeMap<>();
        for (RowKey key : keys) {
            places.computeIfAbsent(key.place(), place -> new ArrayList<>()).add(key);
        }
        places.values().forEach(of -> of.sort(RowWriter.KEY_ORDER));
        return places;
    }

    @Override
    public boolean advance(ProgressStep step) {
        return sql(() -> open.progress().advance(step, batch.newestMicros(step.partition())));
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> asked, int source) {
        return sql(() -> {
            List<RowKey> keys = new ArrayList<>(asked.size());
            Map<RowKey, Version> live = new HashMap<>();
            for (Map.Entry<Integer, List<RowKey>> place : byPlace(asked).entrySet()) {
                keys.addAll(place.getValue());
                if (place.getKey() != RowKey.NOWHERE) {
                    TargetPlace of = open.place(place.getKey());
                    live.putAll(at(of, () -> live(of, place.getValue())));
                }
            }
            Map<RowKey, Version> buried = open.tombstones().of(mayBeBuried(keys, live, source), source);
            Map<RowKey, Version> deferred =
                    open.mayHaveDeferred() ? open.deferred().of(keys, source) : Map.of();
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
        Tombstones tombstones = open.tombstones();
        tombstones.look();
        Set<RowKey> newer = open.othersBuryOurKeys()
                ? Set.of()
                : batch.newerThan(source, partition -> tombstones.newest(source, partition));
        return keys.stream()
                .filter(key -> {
                    Version version = live.get(key);
                    return !newer.contains(key) && (version == null || version.source() != source);
                })
                .toList();
    }

    private Map<RowKey, Version> live(TargetPlace place, List<RowKey> keys) throws SQLException {
        return open.versions().of(place, keys, Look.LOCKING);
    }

    @Override
    public List<Change<MappedRow>> rowsOf(List<Change<MappedRow>> displacing) {
        return sql(() -> {
            List<Change<MappedRow>> rows = new ArrayList<>();
            for (Change<MappedRow> change : displacing) {
                rows.add(at(open.place(change.key().place()), () -> rowOf(change)));
            }
            return rows;
        });
    }

    private Change<MappedRow> rowOf(Change<MappedRow> displacing) throws SQLException {
        RowKey key = displacing.key();
        TargetPlace place = open.place(key.place());
        List<TargetColumn> columns = place.table().columns().stream()
                .filter(column -> !column.generated())
                .toList();
        Version version = live(place, List.of(key)).get(key);
        @Nullable Object[] values = new ExactValues(open.session(), place).of(key, columns);
        if (version == null || values == null) {
            throw new TryAgain("a row that was to be displaced is gone", careful);
        }
        Received by = RowWriter.image(displacing).origin();
        byte[] kept = new KeptRow(key.place(), version, columns, values).encode();
        Received origin = new Received(by.topic(), by.partition(), by.offset(), kept, null, null);
        return new Change<>(key, version, new MappedRow(new RowLayout(place.table(), columns), values, origin, null));
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        sql(() -> {
            for (Map.Entry<Integer, List<RowKey>> place : byPlace(keys).entrySet()) {
                TargetPlace of = open.place(place.getKey());
                at(of, () -> {
                    delete(of, place.getValue());
                    return keys;
                });
            }
            return keys;
        });
    }

    private void delete(TargetPlace place, List<RowKey> sorted) throws SQLException {
        List<RowKey> others = new ArrayList<>();
        List<RowKey> numbers = new ArrayList<>();
        sorted.forEach(key -> (place.keys().isNumber(key) ? numbers : others).add(key));
        for (int from = 0; from < numbers.size(); from += MAX_POINTS) {
            deleteByNumber(place, numbers.subList(from, Math.min(from + MAX_POINTS, numbers.size())));
        }
        for (int from = 0; from < others.size(); from += MAX_POINTS) {
            deleteJoined(place, others.subList(from, Math.min(from + MAX_POINTS, others.size())));
        }
        open.versions().deleted(sorted);
    }

    /** By the numbers themselves: rows go while the index is read, not in a second pass. */
    private void deleteByNumber(TargetPlace place, List<RowKey> keys) throws SQLException {
        try (Statement delete = open.session().connection().createStatement()) {
            delete.executeUpdate("DELETE t FROM " + place.table().name().quoted() + " t FORCE INDEX (PRIMARY) WHERE t."
                    + place.keys().numberColumn() + " IN ("
                    + keys.stream().map(key -> KeyTable.number(key).toString()).collect(Collectors.joining(",")) + ")");
        }
    }

    private void deleteJoined(TargetPlace place, List<RowKey> keys) throws SQLException {
        PreparedStatement delete = open.session()
                .prepare("DELETE t FROM " + place.keys().table() + " STRAIGHT_JOIN "
                        + place.table().name().quoted() + " t ON "
                        + place.keys().match());
        delete.setString(1, place.keys().json(keys));
        delete.executeUpdate();
    }

    @Override
    public List<Refusal<MappedRow>> write(List<Write<MappedRow>> writes) {
        return sql(() -> {
            Map<Integer, List<Write<MappedRow>>> places = new TreeMap<>();
            for (Write<MappedRow> write : writes) {
                places.computeIfAbsent(write.change().key().place(), place -> new ArrayList<>())
                        .add(write);
            }
            List<Refusal<MappedRow>> refusals = new ArrayList<>();
            for (Map.Entry<Integer, List<Write<MappedRow>>> place : places.entrySet()) {
                TargetPlace of = open.place(place.getKey());
                List<Refusal<MappedRow>> refused = at(of, () -> writer(of).write(place.getValue()));
                noteVersions(place.getValue(), refused);
                refusals.addAll(refused);
            }
            return refusals;
        });
    }

    private void noteVersions(List<Write<MappedRow>> writes, List<Refusal<MappedRow>> refused) throws SQLException {
        if (open.versions().isColumn()) {
            return;
        }
        Set<RowKey> not =
                refused.stream().map(refusal -> refusal.write().change().key()).collect(Collectors.toSet());
        List<RowKey> keys = new ArrayList<>();
        List<Version> versions = new ArrayList<>();
        for (Write<MappedRow> write : writes) {
            if (!not.contains(write.change().key())) {
                keys.add(write.change().key());
                versions.add(write.change().version());
            }
        }
        open.versions().written(keys, versions);
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<MappedRow>> changes) {
        Map<Integer, List<MappedRow>> places = new TreeMap<>();
        changes.forEach(change -> places.computeIfAbsent(change.key().place(), place -> new ArrayList<>())
                .add(RowWriter.image(change)));
        Map<Integer, Iterator<Set<RowKey>>> owners = new HashMap<>();
        places.forEach((number, rows) -> {
            TargetPlace place = open.place(number);
            UniqueOwners unique = new UniqueOwners(open.session(), open.identities(), place);
            owners.put(number, at(place, () -> unique.of(rows)).iterator());
        });
        List<Set<RowKey>> blockers = new ArrayList<>(changes.size());
        for (Change<MappedRow> change : changes) {
            Set<RowKey> of =
                    Objects.requireNonNull(owners.get(change.key().place())).next();
            of.remove(change.key());
            blockers.add(of);
        }
        return blockers;
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        if (tombstones.isEmpty()) {
            return;
        }
        sql(() -> {
            open.tombstones().bury(tombstones, batch::origin);
            return tombstones;
        });
    }

    @Override
    public void defer(Collection<Deferred<MappedRow>> deferred) {
        if (deferred.isEmpty()) {
            return;
        }
        open.willHaveDeferred();
        requireMayPark(deferred);
        sql(() -> {
            boolean parks = false;
            for (Deferred<MappedRow> row : deferred) {
                parks |= row.kind() == Deferred.Kind.PARKED;
                Change<MappedRow> change = row.change();
                Received origin = Objects.requireNonNull(change.image()).origin();
                open.tombstones().mayBury(change.version(), origin.partition());
                open.deferred().put(change.key(), change.version(), row.kind(), row.reason(), origin);
            }
            if (parks) {
                open.parking().requireBelowLimit();
            }
            return deferred;
        });
    }

    private void requireMayPark(Collection<Deferred<MappedRow>> deferred) {
        for (Deferred<MappedRow> row : deferred) {
            Received origin = Objects.requireNonNull(row.change().image()).origin();
            switch (row.kind()) {
                case PARKED -> open.parking().require(origin, row.reason());
                case COLLISION ->
                    open.parking().requireCollision(origin, row.change().key().values());
                case HELD -> {}
            }
        }
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        if (keys.isEmpty()) {
            return;
        }
        sql(() -> {
            open.deferred().remove(new HashSet<>(keys), source);
            return keys;
        });
    }

    @Override
    public void wake(Collection<RowKey> keys, int source) {
        if (!keys.isEmpty()) {
            sql(() -> {
                open.deferred().wake(keys, source);
                return keys;
            });
        }
    }

    interface Work<T> {
        T run() throws SQLException;
    }

    static <T> T sql(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new SqlTrouble(e, null);
        }
    }

    /** The same, of what is done with one of the tables: so that a failure can say which. */
    static <T> T at(TargetPlace place, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new SqlTrouble(e, place.table().name());
        }
    }
}
