package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an entry takes from its old table, every column by name also where the definition names none.
 *
 * @param next the new table's columns, by their names in small letters
 */
record MappedColumns(
        TableDefinition table,
        Map<String, MappingExpression> key,
        Map<String, MappingExpression> columns,
        Map<String, ColumnFacts> next) {

    /** @param old the old table's columns, by their names in small letters */
    static MappedColumns of(TableDefinition table, Map<String, ColumnFacts> old, Map<String, ColumnFacts> next) {
        Map<String, MappingExpression> key = table.key();
        if (key.isEmpty()) {
            key = new LinkedHashMap<>();
            for (ColumnFacts column : old.values()) {
                if (column.key()) {
                    key.put(column.name(), MappingExpression.column(column.name()));
                }
            }
        }
        Map<String, MappingExpression> columns = table.columns();
        return new MappedColumns(table, key, columns == null ? sameNames(key, old, next) : columns, next);
    }

    private static Map<String, MappingExpression> sameNames(
            Map<String, MappingExpression> key, Map<String, ColumnFacts> old, Map<String, ColumnFacts> next) {
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

    /** New column to what it is made of, the key first. */
    Map<String, MappingExpression> all() {
        Map<String, MappingExpression> all = new LinkedHashMap<>(key);
        all.putAll(columns);
        return all;
    }

    /** The old columns that it reads, in small letters: for values, for the choice of rows and for their places. */
    Set<String> reads() {
        List<MappingExpression> readers = new ArrayList<>(all().values());
        MappingExpression where = table.where();
        if (where != null) {
            readers.add(where);
        }
        ShardSettings shards = table.shards();
        if (shards != null) {
            readers.add(shards.by());
        }
        Set<String> read = new TreeSet<>();
        readers.forEach(reader -> reader.columns().forEach(column -> read.add(lower(column))));
        return read;
    }

    /** The first new column that has the old one's values as they were. */
    @Nullable
    ColumnFacts takes(ColumnFacts column) {
        return all().entrySet().stream()
                .filter(each -> column.name().equalsIgnoreCase(each.getValue().plainColumn()))
                .map(each -> next.get(lower(each.getKey())))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What makes something else of the old column. */
    List<MappingExpression> expressionsOver(ColumnFacts column) {
        return all().values().stream()
                .filter(each ->
                        !each.isPlainColumn() && each.columns().stream().anyMatch(column.name()::equalsIgnoreCase))
                .toList();
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
