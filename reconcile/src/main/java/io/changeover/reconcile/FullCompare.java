package io.changeover.reconcile;

import io.changeover.reconcile.table.ComparedTable;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares every row of every mapped table, once, while nobody writes: the mapping as the old server evaluates it against
 * what the new server holds. Rows that are being written meanwhile may be reported as mismatches, never the other way
 * round.
 *
 * <p>Next: {@link io.changeover.reconcile.PlaceCompare}.
 */
public final class FullCompare {

    private final CompareServers servers;
    private final CompareProgress progress;

    public FullCompare(CompareServers servers, CompareProgress progress) {
        this.servers = servers;
        this.progress = progress;
    }

    /** One new table (or shard) of one definition. */
    private record Place(
            TableDefinition definition,
            String targetName,
            TableName target,
            @Nullable String condition) {

        String address() {
            return targetName + "." + target;
        }
    }

    /** Compares the tables in order. The result has an entry for each new table, per mapping. */
    public List<TableComparison> compare(PipelineDefinition pipeline) throws SQLException {
        return compareTables(pipeline.tables());
    }

    List<TableComparison> compareTables(List<TableDefinition> tables) throws SQLException {
        List<Tally> tallies = new ArrayList<>();
        scan(tables, place -> {
            Tally tally = new Tally(place.table(), progress);
            tallies.add(tally);
            return tally;
        });
        return tallies.stream().map(Tally::result).toList();
    }

    /** Who hears what is found, place by place. */
    interface Listeners {
        Findings of(ComparedPlace place);
    }

    /** Reads all tables, old and new, and tells what is not the same at the moment when it is read. */
    void scan(List<TableDefinition> tables, Listeners listeners) throws SQLException {
        Map<String, List<Place>> byTarget = new LinkedHashMap<>();
        for (TableDefinition table : tables) {
            for (Place place : places(table)) {
                byTarget.computeIfAbsent(place.address(), address -> new ArrayList<>())
                        .add(place);
            }
        }
        for (List<Place> merged : byTarget.values()) {
            scanMerged(merged, listeners);
        }
    }

    /** All mappings into one new table: only together can they tell that a row of it is superfluous. */
    private void scanMerged(List<Place> merged, Listeners listeners) throws SQLException {
        try (Connections connections = new Connections(servers)) {
            Connection target = connections.target(merged.get(0).targetName());
            List<PlaceCompare> feeders = new ArrayList<>();
            for (Place place : merged) {
                Connection source = connections.source(place.definition().sourceName());
                ComparedTable table =
                        ComparedTable.resolve(place.definition(), place.target(), place.condition(), source, target);
                Findings findings = listeners.of(new ComparedPlace(place.definition(), place.targetName(), table));
                feeders.add(new PlaceCompare(table, source, target, findings));
            }
            for (PlaceCompare feeder : feeders) {
                feeder.compareSourceRows();
            }
            feeders.get(0).findExtraRows(feeders);
        }
    }

    private static List<Place> places(TableDefinition table) {
        String where = table.where() == null ? null : table.where().sql();
        ShardSettings shards = table.shards();
        if (shards == null) {
            return List.of(new Place(table, table.targetName(), table.target(), where));
        }
        List<Place> places = new ArrayList<>();
        for (int shard = 0; shard < shards.count(); shard++) {
            String mine = "(" + shards.by().sql() + ") = " + shard;
            places.add(new Place(
                    table,
                    shards.targetOf(shard),
                    new TableName(table.target().schema(), shards.tableOf(shard)),
                    where == null ? mine : "(" + where + ") AND " + mine));
        }
        return places;
    }
}
