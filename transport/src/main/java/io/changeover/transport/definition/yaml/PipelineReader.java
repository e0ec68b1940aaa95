package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TopicClash;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Reads a {@link PipelineDefinition} from YAML. What it accepts is written down in {@link DefinitionReference}. */
public final class PipelineReader {

    private final Map<String, String> environment;

    /** @param environment what {@code ${env:NAME}} may name */
    public PipelineReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** @throws ChangeoverException (10) with every problem of the file */
    public PipelineDefinition read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            String cause = "cannot be read: " + e.getClass().getSimpleName();
            throw new ChangeoverException(
                    new Problem(ExitCode.CONFIG, file.toString(), cause, "name a readable UTF-8 file"), e);
        }
        return parse(file.toString(), text);
    }

    /**
     * @param file the name for messages
     * @throws ChangeoverException (10) with every problem of the text
     */
    public PipelineDefinition parse(String file, String text) {
        Findings findings = new Findings(file);
        MappingNode top = YamlDocument.read(file, text, findings);
        PipelineDefinition definition = top == null ? null : definition(top, findings);
        findings.throwIfAny();
        if (definition == null) {
            throw new IllegalStateException("no definition and no problem: " + file);
        }
        return definition;
    }

    private @Nullable PipelineDefinition definition(MappingNode top, Findings findings) {
        Scalars scalars = new Scalars(new References(environment), findings);
        Section root = new Section(YamlDocument.line(top), top, Keys.ROOT, scalars, findings);
        String name = root.value(Keys.PIPELINE);
        KafkaSettings kafka = new KafkaReader(root, findings).settings();
        TopicSettings topics = topics(root.sectionOrDefaults(Keys.TOPICS));
        ServersReader servers = new ServersReader(root, findings);
        List<SourceDefinition> sources = servers.sources();
        List<TargetDefinition> targets = servers.targets();
        TablesReader tables = new TablesReader(root, findings);
        tables.read();
        checkTopics(name == null ? "pipeline" : name, sources, tables, findings);
        new LoopCheck(sources, targets, findings).check(tables);
        ReconcileSettings reconcile = reconcile(root.sectionOrDefaults(Keys.RECONCILE));
        if (name == null || kafka == null || topics == null || reconcile == null) {
            return null;
        }
        return new PipelineDefinition(
                name, kafka, topics, sources, targets, tables.tables(), tables.schemas(), reconcile);
    }

    private static void checkTopics(
            String pipeline, List<SourceDefinition> sources, TablesReader tables, Findings findings) {
        List<String> names = sources.stream().map(SourceDefinition::name).toList();
        for (TopicClash clash : TopicClash.among(new TopicNames(pipeline), names, tables.tables())) {
            TableDefinition table = clash.table();
            findings.add(tables.line(table), clash.cause(), TopicClash.REMEDY);
        }
    }

    private static @Nullable TopicSettings topics(Section section) {
        Integer partitions = section.value(Keys.PARTITIONS);
        Integer replication = section.value(Keys.REPLICATION);
        Duration retention = section.value(Keys.RETENTION);
        Integer maxMessage = section.value(Keys.MAX_MESSAGE);
        if (partitions == null || replication == null || retention == null || maxMessage == null) {
            return null;
        }
        return new TopicSettings(partitions, replication, retention, maxMessage);
    }

    private static @Nullable ReconcileSettings reconcile(Section section) {
        Duration every = section.value(Keys.EVERY);
        Boolean repair = section.value(Keys.REPAIR);
        return every == null || repair == null ? null : new ReconcileSettings(every, repair);
    }
}
