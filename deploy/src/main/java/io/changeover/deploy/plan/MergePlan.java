package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Several old tables that become one.
 *
 * @param apart the new key column whose constants keep their keys apart; empty when nothing does, so that two old rows may want one key
 */
public record MergePlan(String target, List<String> sources, String apart) {

    static List<MergePlan> of(List<TableDefinition> tables) {
        Map<String, List<TableDefinition>> byTarget = new LinkedHashMap<>();
        for (TableDefinition table : tables) {
            byTarget.computeIfAbsent(target(table), none -> new ArrayList<>()).add(table);
        }
        List<MergePlan> merges = new ArrayList<>();
        byTarget.forEach((target, merged) -> {
            if (merged.size() > 1) {
                merges.add(new MergePlan(
                        target, merged.stream().map(TableDefinition::label).toList(), apart(merged)));
            }
        });
        return merges;
    }

    private static String target(TableDefinition table) {
        ShardSettings shards = table.shards();
        return shards == null
                ? table.targetName() + "." + table.target()
                : String.join("+", shards.targets()) + "." + table.target().schema() + "." + shards.table();
    }

    /** A key column that is another constant in each of them. */
    private static String apart(List<TableDefinition> merged) {
        return merged.get(0).key().keySet().stream()
                .filter(column -> merged.stream()
                                .map(table -> constant(table, column))
                                .filter(constant -> !constant.isEmpty())
                                .distinct()
                                .count()
                        == merged.size())
                .findFirst()
                .orElse("");
    }

    /** Letters' case is no difference: the new column's collation may not see it. */
    private static String constant(TableDefinition table, String column) {
        MappingExpression expression = table.key().get(column);
        return expression == null || !expression.isConstant()
                ? ""
                : expression.sql().toLowerCase(Locale.ROOT);
    }
}
