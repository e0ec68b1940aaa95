package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Old tables that go to one new table: meant so where their keys never meet, which nothing in the mapping may say. */
final class SharedTargets {

    private SharedTargets() {}

    static void hint(TablesReader tables, Findings findings) {
        Map<String, TableDefinition> first = new HashMap<>();
        for (TableDefinition table : tables.tables()) {
            String target = table.targetName() + "." + table.target();
            TableDefinition other = first.putIfAbsent(target, table);
            if (other != null && constants(other).equals(constants(table))) {
                findings.hint(
                        tables.line(table),
                        "`" + target + "` takes the rows of `" + other.label() + "` (line " + tables.line(other)
                                + "), too, and nothing keeps their keys apart: rows of one key would be collisions",
                        "give each a constant of its own under `key`, unless no key is in both");
            }
        }
    }

    /** What is remembered of keys is kept under the target's name: it must stand for the same places. */
    static void checkPlaces(TablesReader tables, Findings findings) {
        Map<TableName, TableDefinition> first = new HashMap<>();
        for (TableDefinition table : tables.tables()) {
            TableDefinition other = first.putIfAbsent(table.target(), table);
            if (other != null
                    && !Collections.disjoint(other.targetNames(), table.targetNames())
                    && !other.destinations().equals(table.destinations())) {
                findings.add(
                        tables.line(table),
                        "`" + table.targetName() + "." + table.target() + "` has other shards here than in line "
                                + tables.line(other),
                        "write the same `count`, `table` and `targets` for both, or another `target`");
            }
        }
    }

    /** Two tables of the preferred source would take each other's place again and again. */
    static void check(TablesReader tables, Findings findings) {
        Set<String> preferred = new HashSet<>();
        for (TableDefinition table : tables.tables()) {
            String source = table.onCollision().preferred();
            if (source == null) {
                continue;
            }
            if (tables.tables().stream().noneMatch(other -> other.sourceName().equals(source))) {
                findings.add(
                        tables.line(table),
                        "`onCollision` prefers `" + source + "`, which is no source of a table here",
                        "name one of the `sources`");
            }
            String target = table.targetName() + "." + table.target();
            if (table.sourceName().equals(source) && !preferred.add(target)) {
                findings.add(
                        tables.line(table),
                        "two tables of the preferred source `" + source + "` go to `" + target + "`",
                        "prefer another source, or let one of them wait (`park`)");
            }
        }
    }

    private static Set<String> constants(TableDefinition table) {
        return table.key().entrySet().stream()
                .filter(column -> column.getValue().isConstant())
                .map(column -> column.getKey() + "=" + column.getValue())
                .collect(Collectors.toSet());
    }
}
