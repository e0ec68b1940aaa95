package io.changeover.transport.definition.yaml;

import java.util.HashSet;
import java.util.Set;

/** Refuses servers that no table names: most likely a table was forgotten, and nobody would miss it. */
record UnusedServers(Section root, TablesReader tables, Findings findings) {

    void check() {
        if (findings.any()) {
            return; // a table that could not be read may name them
        }
        Set<String> sources = new HashSet<>();
        Set<String> targets = new HashSet<>();
        tables.tables().forEach(table -> {
            sources.add(table.sourceName());
            targets.add(table.targetName());
            if (table.shards() != null) {
                targets.addAll(table.shards().targets());
            }
        });
        tables.schemas().forEach(schema -> {
            sources.add(schema.sourceName());
            targets.add(schema.targetName());
        });
        check(Keys.SOURCES, sources, "no table comes from source `", "source");
        check(Keys.TARGETS, targets, "no table goes to target `", "target");
    }

    private void check(Key<?> key, Set<String> used, String cause, String kind) {
        root.namedSections(key).forEach((name, section) -> {
            if (!used.contains(name)) {
                findings.add(
                        section.line(), cause + name + "`", "add the table that is missing, or remove the " + kind);
            }
        });
    }
}
