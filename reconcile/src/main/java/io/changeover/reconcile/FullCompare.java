package io.changeover.reconcile;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares every row of every mapped table, once, while nobody writes: the mapping as the old server evaluates it against
 * what the new server holds. Rows that are being written meanwhile may be reported as mismatches, never the other way
 * round.
 *
 * <p>Where the keys lie in one order on both sides, each is read once, range by range; else keys are looked up. Both find
 * the same.
 *
 * <p>Next: {@link io.changeover.reconcile.RangeScan}.
 */
public final class FullCompare {

    /** More rows are no faster: they leave the processor's caches. Measured, see the README. */
    static final int CHUNK_ROWS = 2000;

    /** Of the walks: where they change, what was noted of a scan is of no use any more. */
    private static final String FORMAT = "1";

    private final CompareServers servers;
    private final CompareProgress progress;
    private final int chunkRows;
    private final boolean ranges;

    public FullCompare(CompareServers servers, CompareProgress progress) {
        this(servers, progress, CHUNK_ROWS, true);
    }

    /** @param ranges whether to read by ranges where that is possible */
    FullCompare(CompareServers servers, CompareProgress progress, int chunkRows, boolean ranges) {
        this.servers = servers;
        this.progress = progress;
        this.chunkRows = chunkRows;
        this.ranges = ranges;
    }

    /** Compares the tables in order. The result has an entry for each new table, per mapping. */
    public List<TableComparison> compare(PipelineDefinition pipeline) throws SQLException {
        return compareTables(pipeline.tables());
    }

    List<TableComparison> compareTables(List<TableDefinition> tables) throws SQLException {
        List<Tally> tallies = new ArrayList<>();
        scan(
                tables,
                place -> {
                    Tally tally = new Tally(place.table(), progress);
                    tallies.add(tally);
                    return tally;
                },
                ScanCursor.whole());
        return tallies.stream().map(Tally::result).toList();
    }

    /** Who hears what is found, place by place. */
    interface Listeners {
        Findings of(ComparedPlace place);
    }

    /** Reads all tables, old and new, and tells what is not the same at the moment when it is read. */
    void scan(List<TableDefinition> tables, Listeners listeners, ScanCursor cursor) throws SQLException {
        Map<String, List<Place>> byTarget = new LinkedHashMap<>();
        List<String> mapping = new ArrayList<>(List.of(FORMAT));
        for (TableDefinition table : tables) {
            for (Place place : Place.of(table)) {
                mapping.add(table.label() + " " + place.shard() + " " + place.address());
                byTarget.computeIfAbsent(place.address(), address -> new ArrayList<>())
                        .add(place);
            }
        }
        cursor.open("the mapping", Structure.hash(mapping)); // the walks are numbered through all of its places
        for (List<Place> merged : byTarget.values()) {
            List<Place> shards = Place.of(merged.get(0).definition());
            boolean alone = shards.stream()
                    .allMatch(shard -> Objects.requireNonNull(byTarget.get(shard.address()))
                                    .size()
                            == 1);
            // the first shard speaks for all of them: the old table is read once
            if (!alone || merged.equals(shards.subList(0, 1))) {
                compareTogether(alone ? shards : merged, alone, listeners, cursor);
            }
        }
    }

    private void compareTogether(List<Place> places, boolean alone, Listeners listeners, ScanCursor cursor)
            throws SQLException {
        try (PlacesScan scan = new PlacesScan(servers, chunkRows, ranges, places, listeners, cursor)) {
            if (alone) {
                scan.compareSpread();
            } else {
                scan.compareMerged();
            }
        }
    }
}
