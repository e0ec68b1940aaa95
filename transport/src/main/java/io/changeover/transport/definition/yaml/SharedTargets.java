package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.TableDefinition;
import java.util.HashMap;
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

    private static Set<String> constants(TableDefinition table) {
        return table.key().entrySet().stream()
                .filter(column -> column.getValue().isConstant())
                .map(column -> column.getKey() + "=" + column.getValue())
                .collect(Collectors.toSet());
    }
}
