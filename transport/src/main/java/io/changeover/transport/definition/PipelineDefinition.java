package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import io.changeover.transport.topic.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a pipeline was asked to do: the content of the YAML file, checked as far as that is possible without the servers.
 * Read by {@code PipelineReader}.
 *
 * @param tables the tables that are named one by one
 * @param schemas the wildcards, which {@link #expand} turns into tables
 */
public record PipelineDefinition(
        String name,
        KafkaSettings kafka,
        TopicSettings topics,
        List<SourceDefinition> sources,
        List<TargetDefinition> targets,
        List<TableDefinition> tables,
        List<SchemaDefinition> schemas,
        ReconcileSettings reconcile,
        HttpSettings http) {

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

    /** Name of the table's row topic; parts of one old table read the same. */
    public String rowTopic(TableDefinition table) {
        return TopicClash.rowTopic(topicNames(), table);
    }

    /** Name under which the targets keep what they know of the table's apply. */
    public String feed(TableDefinition table) {
        return table.feed(rowTopic(table));
    }

    /**
     * The consumer group of the table's apply: of one entry and no other, also where two tables' names come to the same
     * topic name and one of them was given another by {@code topic}.
     */
    public String applicationId(TableDefinition table) {
        String named = table.topic();
        // no source has an empty name, so that this is no other table's usual name
        String topic = named == null ? rowTopic(table) : name + ".." + named;
        return table.part() == null ? topic : topic + "+" + table.part(); // no topic has a + in its name
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

    /** The tables of one source; one that is split comes with each of its parts. */
    public List<TableDefinition> tablesOf(String sourceName) {
        return tables.stream()
                .filter(table -> table.sourceName().equals(sourceName))
                .toList();
    }

    /** The foreign keys of each old table of a source whose changes its owner sends again himself. */
    public Map<TableName, List<String>> cascadesOf(String sourceName) {
        return tablesOf(sourceName).stream()
                .collect(Collectors.toMap(TableDefinition::source, TableDefinition::cascades, (of, sameOfPart) -> of));
    }

    /**
     * The definition with every wildcard replaced by the tables that it covers and that have no entry of their own, or only
     * of parts.
     *
     * @param existing the base tables of each source, by the source's name
     * @throws ChangeoverException (10) when a wildcard covers no table, or topics or parts collide
     */
    public PipelineDefinition expand(Map<String, List<TableName>> existing) {
        List<Problem> problems = new ArrayList<>();
        List<TableDefinition> all = new ArrayList<>(tables);
        for (SchemaDefinition schema : schemas) {
            List<TableName> covered = existing.getOrDefault(schema.sourceName(), List.of()).stream()
                    .filter(schema::covers)
                    .sorted()
                    .toList();
            if (covered.isEmpty()) {
                problems.add(new Problem(
                        ExitCode.CONFIG,
                        schema.label(),
                        "covers no table",
                        "correct the schema's name, or GRANT SELECT on its tables, without which they are not seen"));
            }
            Map<TableName, List<TableDefinition>> named =
                    tablesOf(schema.sourceName()).stream().collect(Collectors.groupingBy(TableDefinition::source));
            for (TableName table : covered) {
                List<TableDefinition> parts = named.getOrDefault(table, List.of());
                if (parts.stream().allMatch(entry -> entry.part() != null)) {
                    all.add(schema.of(table, parts.isEmpty() ? null : parts.get(0)));
                }
            }
        }
        List<String> sourceNames = sources.stream().map(SourceDefinition::name).toList();
        TopicClash.among(topicNames(), sourceNames, all)
                .forEach(clash -> problems.add(
                        new Problem(ExitCode.CONFIG, clash.table().label(), clash.cause(), TopicClash.REMEDY)));
        PartClash.among(targets, all)
                .forEach(clash -> problems.add(
                        new Problem(ExitCode.CONFIG, clash.table().label(), clash.toString(), PartClash.REMEDY)));
        if (!problems.isEmpty()) {
            throw new ChangeoverException(problems);
        }
        return new PipelineDefinition(name, kafka, topics, sources, targets, all, List.of(), reconcile, http);
    }

    /** Every topic that the pipeline needs; of wildcards only once they are expanded. */
    public List<TopicSpec> topicSpecs() {
        TopicNames names = topicNames();
        List<TopicSpec> specs = new ArrayList<>();
        specs.add(TopicSpec.signals(names.signals(), topics));
        specs.add(TopicSpec.compacted(names.registry(), topics));
        for (SourceDefinition source : sources) {
            specs.add(TopicSpec.ddl(names.ddl(source.name()), topics));
            specs.add(TopicSpec.compacted(names.progress(source.name()), topics));
            specs.add(TopicSpec.kept(names.schemaHistory(source.name()), topics));
        }
        tables.stream().map(this::rowTopic).distinct().forEach(topic -> specs.add(TopicSpec.rows(topic, topics)));
        return specs;
    }
}
