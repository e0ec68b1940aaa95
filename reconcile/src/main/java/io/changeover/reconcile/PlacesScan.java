package io.changeover.reconcile;

import io.changeover.reconcile.FullCompare.Listeners;
import io.changeover.reconcile.RangeScan.Side;
import io.changeover.reconcile.ScanCursor.Walk;
import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.KeyRanges;
import io.changeover.reconcile.table.TableReader;
import io.changeover.transport.definition.ShardSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares places that are looked at together: all shards of one mapping, or all mappings into one new table. By ranges
 * where the keys allow it ({@link KeyRanges}), else by looking up. Confined.
 *
 * <p>Next: {@link RangeScan}, {@link PlaceCompare}.
 */
final class PlacesScan implements AutoCloseable {

    /** Chunks of long rows are shorter. */
    private static final long CHUNK_BYTES = 4_000_000;

    private static final int FEWEST_ROWS = 50;

    /** Of a chunk that is spread over many shards: each part of it should be worth a query. */
    private static final int MOST_ROWS = 16_000;

    private record Feeder(Place place, ComparedTable table, Optional<KeyRanges> ranges, PlaceCompare compare) {}

    private final int chunkRows;
    private final ScanCursor cursor;
    private final Connections connections;
    private final Map<String, Connection> sources = new LinkedHashMap<>();
    private final Map<String, Connection> targets = new LinkedHashMap<>();
    private final List<ReadThread> threads = new ArrayList<>();
    private final List<Feeder> feeders = new ArrayList<>();

    /** @param ranges whether to read by ranges where that is possible */
    PlacesScan(
            CompareServers servers,
            int chunkRows,
            boolean ranges,
            List<Place> places,
            Listeners listeners,
            ScanCursor cursor)
            throws SQLException {
        this.chunkRows = chunkRows;
        this.cursor = cursor;
        this.connections = new Connections(servers);
        try {
            for (Place place : places) {
                feeders.add(feeder(place, ranges, listeners));
            }
            for (Feeder feeder : feeders) {
                cursor.open(feeder.table().label(), structure(feeder));
            }
        } catch (SQLException | RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    private Feeder feeder(Place place, boolean ranges, Listeners listeners) throws SQLException {
        Connection source = source(place);
        Connection target = target(place);
        ComparedTable table =
                ComparedTable.resolve(place.definition(), place.target(), place.condition(), source, target);
        Findings findings = listeners.of(new ComparedPlace(place.definition(), place.targetName(), table));
        return new Feeder(
                place,
                table,
                ranges ? KeyRanges.of(table, source, target) : Optional.empty(),
                new PlaceCompare(table, source, target, findings, chunkRows));
    }

    /** All that the order of the walks and of the rows in them hangs on. */
    private String structure(Feeder feeder) throws SQLException {
        ComparedTable table = feeder.table();
        Connection source = source(feeder.place());
        Connection target = target(feeder.place());
        return Structure.hash(List.of(
                feeder.ranges().isPresent() ? "ranges" : "look up",
                TableReader.ofSource(source, table, true).walked(),
                TableReader.ofTarget(target, table, true).walked(),
                Structure.of(source, table.source()),
                Structure.of(target, table.target())));
    }

    /** For mappings into one new table: only together can they tell that a row of it is superfluous. */
    void compareMerged() throws SQLException {
        List<PlaceCompare> all = feeders.stream().map(Feeder::compare).toList();
        if (!areApart()) {
            for (PlaceCompare place : all) {
                place.compareSourceRows(cursor.next());
            }
            all.get(0).findExtraRows(all, cursor.next());
            return;
        }
        for (Feeder feeder : feeders) {
            TableReader mapped = TableReader.ofSource(freshSource(feeder), feeder.table(), true);
            scan(mapped, List.of(feeder), all);
        }
        findStrangers(feeders, all);
    }

    /** For the shards of a mapping, or its one table, which no other mapping has a part in. */
    void compareSpread() throws SQLException {
        if (!readAlike()) {
            for (Feeder feeder : feeders) {
                feeder.compare().compareSourceRows(cursor.next());
                feeder.compare().findExtraRows(List.of(feeder.compare()), cursor.next());
            }
            return;
        }
        scan(spread(feeders.get(0)), feeders, List.of());
        for (Feeder feeder : feeders) {
            findStrangers(List.of(feeder), List.of(feeder.compare()));
        }
    }

    private TableReader spread(Feeder any) throws SQLException {
        ShardSettings shards = any.place().definition().shards();
        Connection source = freshSource(any);
        if (shards == null || feeders.size() == 1) {
            return TableReader.ofSource(source, any.table(), true);
        }
        // as a number, whatever it is: so does "by = 7" take it
        String shard = "(" + shards.by().sql() + ") + 0";
        return TableReader.ofSpread(source, any.table(), any.place().anywhere(), shard);
    }

    /** @param accounting all that may account for a row of each side; empty: only its own mapping may */
    private void scan(TableReader mapped, List<Feeder> spread, List<PlaceCompare> accounting) throws SQLException {
        Walk walk = cursor.next();
        if (walk.isDone()) {
            return;
        }
        Map<String, ReadThread> threadOf = new LinkedHashMap<>();
        Map<String, Connection> connectionOf = new LinkedHashMap<>();
        List<Side> sides = new ArrayList<>();
        long rowBytes = 1;
        for (Feeder feeder : spread) {
            String target = feeder.place().targetName();
            if (!threadOf.containsKey(target)) {
                threadOf.put(target, newThread());
                connectionOf.put(target, connections.target(target));
            }
            KeyRanges ranges = feeder.ranges().orElseThrow();
            rowBytes = Math.max(rowBytes, ranges.rowBytes());
            sides.add(new Side(
                    feeder.compare(),
                    ranges.stored(Objects.requireNonNull(connectionOf.get(target))),
                    Objects.requireNonNull(threadOf.get(target)),
                    accounting.isEmpty() ? List.of(feeder.compare()) : accounting));
        }
        long fitting = Math.max(FEWEST_ROWS, CHUNK_BYTES / rowBytes);
        long wanted = Math.max(chunkRows, Math.min(MOST_ROWS, (long) chunkRows * spread.size()));
        int shardAt = spread.get(0).table().columns().size();
        new RangeScan(mapped, sides, shardAt, (int) Math.min(fitting, wanted)).run(walk);
    }

    /** Rows of a new table that no range was about, for their constants are of no mapping. */
    private void findStrangers(List<Feeder> mappings, List<PlaceCompare> accounting) throws SQLException {
        Connection target = target(mappings.get(0).place());
        Optional<TableReader> strangers = KeyRanges.strangers(
                target,
                mappings.stream().map(feeder -> feeder.ranges().orElseThrow()).toList());
        if (strangers.isPresent()) {
            accounting.get(0).findExtraRows(strangers.get(), accounting, cursor.next());
        }
    }

    private boolean areApart() {
        List<KeyRanges> known =
                feeders.stream().flatMap(feeder -> feeder.ranges().stream()).toList();
        for (int i = 0; i < known.size(); i++) {
            KeyRanges one = known.get(i);
            if (!known.subList(0, i).stream().allMatch(one::isApartFrom)) {
                return false;
            }
        }
        return known.size() == feeders.size();
    }

    private boolean readAlike() {
        Optional<KeyRanges> first = feeders.get(0).ranges();
        return first.isPresent()
                && feeders.stream()
                        .allMatch(feeder -> feeder.ranges().isPresent()
                                && feeder.ranges().get().readsLike(first.get()));
    }

    private Connection source(Place place) throws SQLException {
        String name = place.definition().sourceName();
        Connection open = sources.get(name);
        if (open == null) {
            open = connections.source(name);
            sources.put(name, open);
        }
        return open;
    }

    private Connection target(Place place) throws SQLException {
        Connection open = targets.get(place.targetName());
        if (open == null) {
            open = connections.target(place.targetName());
            targets.put(place.targetName(), open);
        }
        return open;
    }

    /** Beside the one that keys are looked up on. */
    private Connection freshSource(Feeder feeder) throws SQLException {
        return connections.source(feeder.place().definition().sourceName());
    }

    private ReadThread newThread() {
        ReadThread thread = new ReadThread();
        threads.add(thread);
        return thread;
    }

    @Override
    public void close() throws SQLException {
        threads.forEach(ReadThread::close);
        connections.close();
    }
}
