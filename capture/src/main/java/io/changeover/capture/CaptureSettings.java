package io.changeover.capture;

import io.changeover.capture.publish.SourceTopics;
import io.changeover.capture.schema.ColumnWatch;
import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import io.changeover.transport.topic.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one capture does.
 *
 * @param rowTopics the captured tables and their topics
 * @param cascades the foreign keys of captured tables that are declared
 * @param watches what changes of columns the tables go on after; the default where there is none
 */
public record CaptureSettings(
        String pipeline,
        SourceDefinition source,
        KafkaSettings kafka,
        TopicSettings topics,
        Map<TableName, String> rowTopics,
        Map<TableName, List<String>> cascades,
        Map<TableName, ColumnWatch> watches) {

    public CaptureSettings {
        rowTopics = Map.copyOf(rowTopics);
        cascades = Map.copyOf(cascades);
        watches = Map.copyOf(watches);
        if (rowTopics.isEmpty()) {
            throw new IllegalArgumentException("no table of source " + source.name());
        }
    }

    /** The capture of one source of a pipeline whose wildcards are expanded. */
    public static CaptureSettings of(PipelineDefinition pipeline, String sourceName) {
        Map<TableName, String> topics = new TreeMap<>();
        for (TableDefinition table : pipeline.tablesOf(sourceName)) {
            topics.put(table.source(), pipeline.rowTopic(table));
        }
        return new CaptureSettings(
                pipeline.name(),
                pipeline.source(sourceName),
                pipeline.kafka(),
                pipeline.topics(),
                topics,
                pipeline.cascadesOf(sourceName),
                pipeline.tablesOf(sourceName).stream()
                        .collect(Collectors.toMap(TableDefinition::source, ColumnWatch::of, ColumnWatch::and)));
    }

    /** The same for every instance that captures this source: of two, the older is fenced. */
    public String transactionalId() {
        return "changeover." + pipeline + "." + source.name();
    }

    /** The consumer group of all instances that capture this source: its leader runs. */
    public String group() {
        return new TopicNames(pipeline).captureGroup(source.name());
    }

    /** The topics that this capture writes and reads, as they must be before it starts. */
    public List<TopicSpec> topicSpecs() {
        SourceTopics names = sourceTopics();
        List<TopicSpec> specs = new ArrayList<>();
        rowTopics.values().stream().distinct().sorted().forEach(topic -> specs.add(TopicSpec.rows(topic, topics)));
        specs.add(TopicSpec.ddl(names.ddl(), topics));
        specs.add(TopicSpec.compacted(names.progress(), topics));
        specs.add(TopicSpec.kept(names.history(), topics));
        specs.add(TopicSpec.compacted(new TopicNames(pipeline).registry(), topics));
        specs.add(TopicSpec.signals(new TopicNames(pipeline).signals(), topics));
        return specs;
    }

    SourceTopics sourceTopics() {
        TopicNames names = new TopicNames(pipeline);
        String name = source.name();
        return new SourceTopics(names.progress(name), names.ddl(name), names.schemaHistory(name), rowTopics);
    }
}
