package io.changeover.deploy.status;

import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.util.Set;

/** Where the rows of an old table may be on the new side. */
public final class TablePlaces {

    private TablePlaces() {}

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
