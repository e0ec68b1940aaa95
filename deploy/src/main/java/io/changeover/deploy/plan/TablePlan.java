package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one old table becomes a new one.
 *
 * @param where rows for which it is not true stay behind; null: all rows come along
 * @param shards where the rows go if not to one table
 * @param leftBehind old columns that nothing reads, no other part of the old table either
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

    /**
     * @param others entries of the same old table: what they take is not left behind, and can be given back
     * @param results of expressions, as the source tells them
     */
    static TablePlan of(
            MappedColumns mapped,
            List<MappedColumns> others,
            String topic,
            Map<String, ColumnFacts> old,
            ExpressionFacts results) {
        TableDefinition table = mapped.table();
        Set<String> written = new HashSet<>();
        List<ColumnPlan> columns = new ArrayList<>();
        mapped.all().forEach((name, from) -> {
            written.add(MappedColumns.lower(name));
            columns.add(column(name, from, mapped.key().containsKey(name), old, mapped.next(), results));
        });
        Set<String> read = new HashSet<>(mapped.reads());
        others.forEach(other -> read.addAll(other.reads()));
        MappingExpression where = table.where();
        ShardSettings shards = table.shards();
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
                names(mapped.next(), written),
                old.values().stream()
                        .map(column -> wayBack(column, mapped, others))
                        .toList());
    }

    private static WayBack wayBack(ColumnFacts column, MappedColumns mapped, List<MappedColumns> others) {
        ColumnFacts taken = mapped.takes(column);
        if (taken != null) {
            return WayBack.through(column, taken, taken.name());
        }
        List<MappingExpression> readBy = new ArrayList<>(mapped.expressionsOver(column));
        for (MappedColumns other : others) {
            ColumnFacts there = other.takes(column);
            if (there != null) {
                return WayBack.through(column, there, other.table().target() + "." + there.name());
            }
            readBy.addAll(other.expressionsOver(column));
        }
        return WayBack.none(column, readBy);
    }

    private static ColumnPlan column(
            String name,
            MappingExpression from,
            boolean key,
            Map<String, ColumnFacts> old,
            Map<String, ColumnFacts> next,
            ExpressionFacts results) {
        ColumnFacts column = next.get(MappedColumns.lower(name));
        List<String> problems = new ArrayList<>();
        if (column == null) {
            problems.add("the new table has no such column");
        }
        from.columns().stream()
                .filter(used -> !old.containsKey(MappedColumns.lower(used)))
                .forEach(used -> problems.add("the old table has no column " + used));
        String plain = from.plainColumn();
        ColumnFacts taken = plain == null ? null : old.get(MappedColumns.lower(plain));
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
}
