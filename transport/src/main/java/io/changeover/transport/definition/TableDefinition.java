package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One old table and a new table that its rows go to; an old table that is split has several of these.
 *
 * @param sourceName name of a {@link SourceDefinition}
 * @param targetName name of a {@link TargetDefinition}
 * @param key new key column to old key column or constant, in the order of the definition; empty: the same names
 * @param columns new column to expression over the old row; null: every column that both tables have by the same name
 * @param where rows for which it is not true are absent from the new table; null: all rows
 * @param topic name of the row topic where the usual one is not wanted
 * @param parkLimit rows of the new table that may be parked at a time; one more stops the table
 * @param triggers names of the triggers on the new table that its owner knows of and wants
 * @param onDdl what becomes of the table when the old one's columns change
 * @param onCollision what becomes of a row whose key another source's row has
 * @param cascades names of the old table's foreign keys whose changes, which no binlog shows, its owner sends again himself
 * @param part tells it from the other definitions of the same old table; null where there is none, or of one of them
 */
public record TableDefinition(
        String sourceName,
        TableName source,
        String targetName,
        TableName target,
        Map<String, MappingExpression> key,
        @Nullable Map<String, MappingExpression> columns,
        @Nullable MappingExpression where,
        @Nullable ShardSettings shards,
        OnError onError,
        @Nullable String topic,
        List<String> triggers,
        int parkLimit,
        OnDdl onDdl,
        List<String> cascades,
        OnCollision onCollision,
        @Nullable String part) {

    public static final int PARK_LIMIT = 1000;

    public TableDefinition {
        key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
        columns = columns == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        triggers = List.copyOf(triggers);
        cascades = List.copyOf(cascades);
        key.forEach((column, expression) -> {
            if (!expression.isPlainColumn() && !expression.isConstant()) {
                throw new IllegalArgumentException(
                        "key column " + column + " is neither an old column nor a constant: " + expression);
            }
        });
        if (columns != null && columns.keySet().stream().anyMatch(key::containsKey)) {
            throw new IllegalArgumentException("a column of the key stands under columns, too: " + columns.keySet());
        }
    }

    /** With the usual limit of parked rows. */
    public TableDefinition(
            String sourceName,
            TableName source,
            String targetName,
            TableName target,
            Map<String, MappingExpression> key,
            @Nullable Map<String, MappingExpression> columns,
            @Nullable MappingExpression where,
            @Nullable ShardSettings shards,
            OnError onError,
            @Nullable String topic,
            List<String> triggers) {
        this(
                sourceName,
                source,
                targetName,
                target,
                key,
                columns,
                where,
                shards,
                onError,
                topic,
                triggers,
                PARK_LIMIT,
                OnDdl.IGNORE,
                List.of(),
                OnCollision.PARK,
                null);
    }

    /** The mapping that copies every same-named column. */
    public static TableDefinition copying(String sourceName, TableName source, String targetName, TableName target) {
        return new TableDefinition(
                sourceName, source, targetName, target, Map.of(), null, null, null, OnError.PARK, null, List.of());
    }

    /** Where rows may be on the new side, by the number of the shard; one where there are no shards. */
    public List<Destination> destinations() {
        ShardSettings spread = shards;
        if (spread == null) {
            return List.of(new Destination(0, targetName, target));
        }
        return IntStream.range(0, spread.count())
                .mapToObj(shard -> new Destination(
                        shard, spread.targetOf(shard), new TableName(target.schema(), spread.tableOf(shard))))
                .toList();
    }

    /** The targets that the destinations are on, in the order of their first one. */
    public List<String> targetNames() {
        return destinations().stream().map(Destination::targetName).distinct().toList();
    }

    /** The old columns that the mapping reads; null: all of them. */
    public @Nullable Set<String> mappedColumns() {
        if (columns == null) {
            return null;
        }
        Set<String> mapped = new TreeSet<>();
        key.values().forEach(expression -> mapped.addAll(expression.columns()));
        columns.values().forEach(expression -> mapped.addAll(expression.columns()));
        if (where != null) {
            mapped.addAll(where.columns());
        }
        if (shards != null) {
            mapped.addAll(shards.by().columns());
        }
        return mapped;
    }

    /** As it is named in messages and on the command line: {@code source.schema.table}, or {@code source.schema.table/part}. */
    public String label() {
        return sourceLabel() + (part == null ? "" : "/" + part);
    }

    /** The old table's name in messages, of all parts the same. */
    public String sourceLabel() {
        return sourceName + "." + source;
    }

    /** Whether both are of one old table. */
    public boolean sharesSource(TableDefinition other) {
        return sourceName.equals(other.sourceName) && source.equals(other.source);
    }

    /**
     * Name of the way from a topic into the new table, under which a target keeps its progress: whatever a part is called and
     * whoever applies it, the same way has the same progress, and another one has its own.
     *
     * @param topic the old table's
     */
    public String feed(String topic) {
        return topic + ">" + target; // no topic has a > in its name
    }
}
