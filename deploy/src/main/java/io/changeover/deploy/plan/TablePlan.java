package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one old table becomes a new one.
 *
 * @param where rows for which it is not true stay behind; null: all rows come along
 * @param shards where the rows go if not to one table
 * @param leftBehind old columns that nothing reads
 * @param untouched new columns that nothing writes: they keep their default
 * @param wayBack of each old column, should clients fall back
 */
public record TablePlan(
        String source,
        String target,
        String topic,
        @Nullable String where,
        @Nullable ShardPlan shards,
        List<ColumnPlan> columns,
        List<String> leftBehind,
        List<String> untouched,
        List<WayBack> wayBack) {

    /**
     * One new column.
     *
     * @param from expression over the old row
     * @param plain whether the old column is taken over as it is
     * @param oldType type of the old column, or of the expression's result; null where it is not known
     * @param losses what a value may lose, and what is refused
     * @param problems why the column cannot be mapped
     */
    public record ColumnPlan(
            String column,
            String type,
            boolean key,
            String from,
            boolean plain,
            @Nullable String oldType,
            List<Loss> losses,
            List<String> problems) {}

    /** @param results of expressions, as the source tells them */
    static TablePlan of(
            TableDefinition table,
            String topic,
            Map<String, ColumnFacts> old,
            Map<String, ColumnFacts> next,
            ExpressionFacts results) {
        Map<String, MappingExpression> key = table.key();
        if (key.isEmpty()) {
            key = new LinkedHashMap<>();
            for (ColumnFacts column : old.values()) {
                if (column.key()) {
                    key.put(column.name(), MappingExpression.column(column.name()));
                }
            }
        }
        Map<String, MappingExpression> all = new LinkedHashMap<>(key);
        all.putAll(mapping(table, key, old, next));
        List<ColumnPlan> columns = new ArrayList<>();
        Set<String> written = new LinkedHashSet<>();
        Set<String> read = new LinkedHashSet<>();
        for (Map.Entry<String, MappingExpression> column : all.entrySet()) {
            written.add(lower(column.getKey()));
            column.getValue().columns().forEach(used -> read.add(lower(used)));
            columns.add(
                    column(column.getKey(), column.getValue(), key.containsKey(column.getKey()), old, next, results));
        }
        MappingExpression where = table.where();
        if (where != null) {
            where.columns().forEach(column -> read.add(lower(column)));
        }
        ShardSettings shards = table.shards();
        if (shards != null) {
            shards.by().columns().forEach(column -> read.add(lower(column)));
        }
        return new TablePlan(
                table.label(),
                shards == null
                        ? table.targetName() + "." + table.target()
                        : table.target().schema() + "." + shards.table(),
                topic,
                where == null ? null : where.toString(),
                shards == null ? null : ShardPlan.of(shards, old),
                columns,
                names(old, read),
                names(next, written),
                wayBack(all, old, next));
    }

    private static List<WayBack> wayBack(
            Map<String, MappingExpression> mapped, Map<String, ColumnFacts> old, Map<String, ColumnFacts> next) {
        List<WayBack> ways = new ArrayList<>();
        for (ColumnFacts column : old.values()) {
            List<MappingExpression> readBy = new ArrayList<>();
            ColumnFacts taken = null;
            for (Map.Entry<String, MappingExpression> each : mapped.entrySet()) {
                String plain = each.getValue().plainColumn();
                if (plain != null && plain.equalsIgnoreCase(column.name()) && taken == null) {
                    taken = next.get(lower(each.getKey()));
                } else if (each.getValue().columns().stream().anyMatch(column.name()::equalsIgnoreCase)) {
                    readBy.add(each.getValue());
                }
            }
            ways.add(taken == null ? WayBack.none(column, readBy) : WayBack.through(column, taken));
        }
        return ways;
    }

    private static Map<String, MappingExpression> mapping(
            TableDefinition table,
            Map<String, MappingExpression> key,
            Map<String, ColumnFacts> old,
            Map<String, ColumnFacts> next) {
        if (table.columns() != null) {
            return table.columns();
        }
        Map<String, MappingExpression> same = new LinkedHashMap<>();
        for (ColumnFacts column : next.values()) {
            boolean isKey = key.keySet().stream().anyMatch(column.name()::equalsIgnoreCase);
            ColumnFacts found = old.get(lower(column.name()));
            if (!isKey && !column.generated() && found != null) {
                same.put(column.name(), MappingExpression.column(found.name()));
            }
        }
        return same;
    }

    private static ColumnPlan column(
            String name,
            MappingExpression from,
            boolean key,
            Map<String, ColumnFacts> old,
            Map<String, ColumnFacts> next,
            ExpressionFacts results) {
        ColumnFacts column = next.get(lower(name));
        List<String> problems = new ArrayList<>();
        if (column == null) {
            problems.add("the new table has no such column");
        }
        from.columns().stream()
                .filter(used -> !old.containsKey(lower(used)))
                .forEach(used -> problems.add("the old table has no column " + used));
        String plain = from.plainColumn();
        ColumnFacts taken = plain == null ? null : old.get(lower(plain));
        if (plain == null && problems.isEmpty()) {
            ExpressionFacts.Result result = results.of(from);
            taken = result.facts();
            if (result.refusal() != null) {
                problems.add("the source cannot evaluate it: " + result.refusal());
            }
        }
        return new ColumnPlan(
                name,
                column == null ? "?" : column.type(),
                key,
                plain == null ? from.toString() : plain,
                plain != null,
                taken == null ? null : taken.type(),
                column == null || taken == null ? List.of() : losses(from, taken, column),
                problems);
    }

    private static List<Loss> losses(MappingExpression from, ColumnFacts taken, ColumnFacts column) {
        List<Loss> losses = Losses.of(taken, column, from.isPlainColumn());
        // a constant is what its author wrote
        return from.isConstant()
                ? losses.stream()
                        .filter(loss -> loss.kind() == Loss.Kind.refused)
                        .toList()
                : losses;
    }

    private static List<String> names(Map<String, ColumnFacts> columns, Set<String> without) {
        return columns.entrySet().stream()
                .filter(column -> !without.contains(column.getKey()))
                .map(column -> column.getValue().name())
                .filter(name -> !name.equals("changeover_version"))
                .toList();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
