package io.changeover.reconcile;

import io.changeover.reconcile.table.ComparedTable;
import io.changeover.transport.definition.TableDefinition;

/**
 * One old table against one new one, or one shard of it.
 *
 * @param targetName of the server that has the new one
 */
record ComparedPlace(TableDefinition definition, String targetName, ComparedTable table) {

    /** Whether both are places in one new table. */
    boolean isSameTable(ComparedPlace other) {
        return targetName.equals(other.targetName) && table.target().equals(other.table.target());
    }
}
