package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import java.util.List;

/**
 * What a pipeline was asked to do: the content of the YAML file, checked as far as that is possible without the servers.
 * Read by {@code PipelineReader}.
 *
 * @param tables the tables that are named one by one
 * @param schemas the wildcards, which {@code expand} turns into tables
 */
public record PipelineDefinition(
        String name,
        KafkaSettings kafka,
        TopicSettings topics,
        List<SourceDefinition> sources,
        List<TargetDefinition> targets,
        List<TableDefinition> tables,
        List<SchemaDefinition> schemas,
        ReconcileSettings reconcile) {

    public PipelineDefinition {
        TopicNames.requireName(name);
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
        tables = List.copyOf(tables);
        schemas = List.copyOf(schemas);
    }

    public TopicNames topicNames() {
        return new TopicNames(name);
    }

    /** Name of the table's row topic. */
    public String rowTopic(TableDefinition table) {
        String named = table.topic();
        return named != null ? named : topicNames().rows(table.sourceName(), table.source());
    }

    /** @throws IllegalArgumentException when no source has that name */
    public SourceDefinition source(String sourceName) {
        return sources.stream()
                .filter(source -> source.name().equals(sourceName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no source is named " + sourceName));
    }

    /** @throws IllegalArgumentException when no target has that name */
    public TargetDefinition target(String targetName) {
        return targets.stream()
                .filter(target -> target.name().equals(targetName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target is named " + targetName));
    }

    /** The tables of one source. */
    public List<TableDefinition> tablesOf(String sourceName) {
        return tables.stream()
                .filter(table -> table.sourceName().equals(sourceName))
                .toList();
    }
}
