package io.changeover.deploy.status;

import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Where the rows of an old table may be on the new side. */
public final class TablePlaces {

    private TablePlaces() {}

    /** A new table on a target server. */
    public record Place(String target, TableName table) {}

    /** Every new table that may have a row of the old one. */
    public static List<Place> all(TableDefinition table) {
        ShardSettings shards = table.shards();
        if (shards == null) {
            return List.of(new Place(table.targetName(), table.target()));
        }
        return IntStream.range(0, shards.count())
                .mapToObj(shard -> new Place(
                        shards.targetOf(shard), new TableName(table.target().schema(), shards.tableOf(shard))))
                .distinct()
                .toList();
    }

    /** The names of the target servers. */
    public static Set<String> servers(TableDefinition table) {
        ShardSettings shards = table.shards();
        return shards == null ? Set.of(table.targetName()) : Set.copyOf(shards.targets());
    }

    /** Whether what is remembered under the name is of the table: it is kept under one name for all shards of a server. */
    static boolean has(TableDefinition table, TableName name) {
        return table.target().equals(name);
    }
}
