package io.changeover.deploy.grants;

import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the accounts of a pipeline must be allowed, and nothing beyond it. */
public final class NeededGrants {

    private NeededGrants() {}

    /** Of the account on a source. */
    public static List<Grant> ofSource(PipelineDefinition pipeline, String source) {
        List<Grant> grants = new ArrayList<>();
        grants.add(Grant.global("capture: follow the binlog", "REPLICATION SLAVE", "REPLICATION CLIENT"));
        Set<TableName> tables = new LinkedHashSet<>();
        pipeline.tablesOf(source).forEach(table -> tables.add(table.source()));
        tables.forEach(table ->
                grants.add(Grant.onTable(table, "capture: backfill and refresh; reconcile: compare", "SELECT")));
        return grants;
    }

    /** Of the account on a target. */
    public static List<Grant> ofTarget(PipelineDefinition pipeline, TargetDefinition target) {
        List<Grant> grants = new ArrayList<>();
        grants.add(Grant.onSchema(
                "changeover",
                "apply: progress, tombstones, held and parked rows; reconcile: what was compared; `prepare` and reconcile"
                        + " create them",
                "SELECT",
                "INSERT",
                "UPDATE",
                "DELETE",
                "CREATE",
                "ALTER",
                "CREATE TEMPORARY TABLES"));
        for (TableName table : tables(pipeline, target.name())) {
            grants.add(
                    Grant.onTable(table, "apply: write; reconcile: compare", "SELECT", "INSERT", "UPDATE", "DELETE"));
            grants.add(Grant.onTable(table, "check: see whether a trigger would run", "TRIGGER"));
            if (target.versionStore() == VersionStore.COLUMN) {
                grants.add(Grant.onTable(table, "`prepare` adds the version column; may be revoked after it", "ALTER"));
            }
        }
        grants.add(Grant.global(
                        "reconcile: tell from the binlog who else wrote rows that differ; without it that is not known",
                        "REPLICATION SLAVE",
                        "REPLICATION CLIENT")
                .orLess());
        return grants;
    }

    /** Every new table on a target, shards one by one. */
    public static Set<TableName> tables(PipelineDefinition pipeline, String target) {
        Set<TableName> tables = new LinkedHashSet<>();
        for (TableDefinition table : pipeline.tables()) {
            for (Destination place : table.destinations()) {
                if (place.targetName().equals(target)) {
                    tables.add(place.table());
                }
            }
        }
        return tables;
    }
}
