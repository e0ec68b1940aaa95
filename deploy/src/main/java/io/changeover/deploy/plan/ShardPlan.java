package io.changeover.deploy.plan;

import io.changeover.transport.definition.ShardSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The places that the rows of an old table are spread over.
 *
 * @param by shard number of a row
 * @param fromKey whether it follows from the row's key, so that no row ever moves
 */
public record ShardPlan(String by, int count, boolean fromKey, List<Place> places) {

    /** Shards that follow one another on one server. */
    public record Place(String target, String firstTable, String lastTable, int tables) {}

    static ShardPlan of(ShardSettings shards, Map<String, ColumnFacts> old) {
        List<Place> places = new ArrayList<>();
        int from = 0;
        while (from < shards.count()) {
            int to = from;
            while (to < shards.count() && shards.targetOf(to).equals(shards.targetOf(from))) {
                to++;
            }
            places.add(new Place(shards.targetOf(from), shards.tableOf(from), shards.tableOf(to - 1), to - from));
            from = to;
        }
        boolean fromKey = shards.by().columns().stream()
                .map(column -> old.get(column.toLowerCase(Locale.ROOT)))
                .allMatch(column -> column != null && column.key());
        return new ShardPlan(shards.by().toString(), shards.count(), fromKey, places);
    }
}
