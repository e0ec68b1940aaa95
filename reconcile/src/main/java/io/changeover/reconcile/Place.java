package io.changeover.reconcile;

import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One new table (or shard) of one definition. */
record Place(TableDefinition definition, String targetName, TableName target, int shard) {

    static List<Place> of(TableDefinition table) {
        return table.destinations().stream()
                .map(place -> new Place(table, place.targetName(), place.table(), place.shard()))
                .toList();
    }

    String address() {
        return targetName + "." + target;
    }

    /** SQL over the old table for the rows that belong into any place of the definition; null: all. */
    @Nullable
    String anywhere() {
        return definition.where() == null ? null : definition.where().sql();
    }

    /** The same for this place. */
    @Nullable
    String condition() {
        ShardSettings shards = definition.shards();
        String where = anywhere();
        if (shards == null) {
            return where;
        }
        String mine = "(" + shards.by().sql() + ") = " + shard;
        return where == null ? mine : "(" + where + ") AND " + mine;
    }
}
