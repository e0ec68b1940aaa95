package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
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
 * @param leftBehind old columns that nothing reads
 * @param untouched new columns that nothing writes: they keep their default
 */
public record TablePlan(
        String source,
        String target,
        String topic,
        @Nullable String where,
        List<ColumnPlan> columns,
        List<String> leftBehind,
        List<String> untouched) {

    /**
     * One new column.
     *
     * @param from expression over the old row
     * @param oldType type of the old column that is taken over; null for an expression
     * @param notes losses and refusals to think of
     */
    public record ColumnPlan(
            String column,
            String type,
            boolean key,
            String from,
            @Nullable String oldType,
            List<String> notes) {}

    static TablePlan of(
            TableDefinition table, String topic, Map<String, ColumnFacts> old, Map<String, ColumnFacts> next) {
        Map<String, MappingExpression> key = table.key();
        if (key.isEmpty()) {
            key = new LinkedHashMap<>();
            for (ColumnFacts column : old.values()) {
                if (column.key()) {
                    key.put(column.name(), MappingExpression.column(column.name()));
                }
            }
        }
        List<ColumnPlan> columns = new ArrayList<>();
        Set<String> written = new LinkedHashSet<>();
        Set<String> read = new LinkedHashSet<>();
        key.forEach((name, from) -> columns.add(column(name, from, true, old, next, written, read)));
        mapping(table, key, old, next)
                .forEach((name, from) -> columns.add(column(name, from, false, old, next, written, read)));
        MappingExpression where = table.where();
        if (where != null) {
            where.columns().forEach(column -> read.add(lower(column)));
        }
        return new TablePlan(
                table.label(),
                table.targetName() + "." + table.target(),
                topic,
                where == null ? null : where.toString(),
                columns,
                names(old, read),
                names(next, written));
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
            Set<String> written,
            Set<String> read) {
        written.add(lower(name));
        from.columns().forEach(column -> read.add(lower(column)));
        ColumnFacts column = next.get(lower(name));
        String plain = from.plainColumn();
        ColumnFacts taken = plain == null ? null : old.get(lower(plain));
        List<String> notes = new ArrayList<>();
        if (column == null) {
            notes.add("the new table has no such column");
        }
        from.columns().stream()
                .filter(used -> !old.containsKey(lower(used)))
                .forEach(used -> notes.add("the old table has no column " + used));
        if (column != null && taken != null) {
            notes.addAll(Losses.of(taken, column));
        }
        return new ColumnPlan(
                name,
                column == null ? "?" : column.type(),
                key,
                from.toString(),
                taken == null ? null : taken.type(),
                notes);
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
