package io.changeover.transport.definition;

import java.util.List;

/**
 * How the rows of one old table are spread over several new ones.
 *
 * @param by shard number of a row, 0 to {@code count - 1}
 * @param table name of a shard's table, with {@code {shard}} in it
 * @param targets the servers; shard i is on {@code targets[i * size / count]}
 */
public record ShardSettings(MappingExpression by, int count, String table, List<String> targets) {

    /** What stands for the shard's number in {@link #table}. */
    public static final String PLACE = "{shard}";

    public ShardSettings {
        targets = List.copyOf(targets);
        if (count < 1) {
            throw new IllegalArgumentException("count < 1: " + count);
        }
        if (count > 1 && !table.contains(PLACE)) {
            throw new IllegalArgumentException("table has no " + PLACE + ": " + table);
        }
        if (targets.isEmpty() || targets.size() > count) {
            throw new IllegalArgumentException(targets.size() + " targets for " + count + " shards");
        }
    }

    public String targetOf(int shard) {
        return targets.get((int) ((long) shard * targets.size() / count));
    }

    public String tableOf(int shard) {
        return table.replace(PLACE, Integer.toString(shard));
    }
}
