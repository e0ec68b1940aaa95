package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Refuses a table that is mapped onto itself: every write would be captured and written again, without end. */
record LoopCheck(List<SourceDefinition> sources, List<TargetDefinition> targets, Findings findings) {

    void check(TablesReader tables) {
        for (TableDefinition table : tables.tables()) {
            String from = sourceAddress(table.sourceName());
            String to = targetAddress(table.targetName());
            if (from != null && Objects.equals(from, to) && table.source().equals(table.target())) {
                findings.add(
                        tables.line(table),
                        "`" + table.label() + "` is mapped onto itself: both are " + table.source() + " on " + from,
                        "name another table, schema or server under `target`");
            }
        }
    }

    private @Nullable String sourceAddress(String name) {
        return sources.stream()
                .filter(source -> source.name().equals(name))
                .map(source -> source.server().address())
                .findFirst()
                .orElse(null);
    }

    private @Nullable String targetAddress(String name) {
        return targets.stream()
                .filter(target -> target.name().equals(name))
                .map(target -> target.server().address())
                .findFirst()
                .orElse(null);
    }
}
