package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.ShardSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code shards} of a table. */
record ShardsReader(Findings findings, TablePlaceCheck places) {

    @Nullable
    ShardSettings read(Section table, @Nullable TablePlace target) {
        Section section = table.section(Keys.SHARDS);
        if (section == null) {
            return null;
        }
        MappingExpression by = section.value(Keys.BY);
        Integer count = section.value(Keys.COUNT);
        String name = section.value(Keys.SHARD_TABLE);
        List<String> targets = section.list(Keys.SHARD_TARGETS);
        targets.forEach(server -> places.checkTarget(section.line(Keys.SHARD_TARGETS), server));
        if (count != null && targets.size() > count) {
            findings.add(
                    section.line(Keys.SHARD_TARGETS),
                    "more targets (" + targets.size() + ") than shards (" + count + ")",
                    "raise `count` or drop a target");
            return null;
        }
        if (by == null || count == null || name == null || target == null) {
            return null;
        }
        return new ShardSettings(by, count, name, targets.isEmpty() ? List.of(target.server()) : targets);
    }
}
