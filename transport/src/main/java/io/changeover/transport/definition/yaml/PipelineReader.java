package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.HttpSettings;
import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.PartClash;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TopicClash;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Reads a {@link PipelineDefinition} from YAML. What it accepts is written down in {@link DefinitionReference}. */
public final class PipelineReader {

    private final Map<String, String> environment;

    /** @param environment what {@code ${env:NAME}} may name */
    public PipelineReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * A definition and what its file says beside it.
     *
     * @param hints what may be meant so, and is better done otherwise
     */
    public record Reading(PipelineDefinition definition, List<Problem> hints) {

        public Reading {
            hints = List.copyOf(hints);
        }
    }

    /** @throws ChangeoverException (10) with every problem of the file */
    public Reading read(Path file) {
        return reading(file.toString(), TextFile.read(file));
    }

    /**
     * @param file the name for messages
     * @throws ChangeoverException (10) with every problem of the text
     */
    public PipelineDefinition parse(String file, String text) {
        return reading(file, text).definition();
    }

    private Reading reading(String file, String text) {
        Findings findings = new Findings(file);
        MappingNode top = YamlDocument.read(file, text, findings);
        PipelineDefinition definition = top == null ? null : definition(top, findings);
        findings.throwIfAny();
        if (definition == null) {
            throw new IllegalStateException("no definition and no problem: " + file);
        }
        return new Reading(definition, findings.hints());
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
        checkParts(targets, tables, findings);
        new LoopCheck(sources, targets, findings).check(tables);
        new UnusedServers(root, tables, findings).check();
        SharedTargets.check(tables, findings);
        SharedTargets.checkPlaces(tables, findings);
        SharedTargets.hint(tables, findings);
        ReconcileSettings reconcile = reconcile(root.sectionOrDefaults(Keys.RECONCILE));
        HttpSettings http = http(root.sectionOrDefaults(Keys.HTTP));
        if (name == null || kafka == null || topics == null || reconcile == null || http == null) {
            return null;
        }
        return new PipelineDefinition(
                name, kafka, topics, sources, targets, tables.tables(), tables.schemas(), reconcile, http);
    }

    private static void checkTopics(
            String pipeline, List<SourceDefinition> sources, TablesReader tables, Findings findings) {
        List<String> names = sources.stream().map(SourceDefinition::name).toList();
        for (TopicClash clash : TopicClash.among(new TopicNames(pipeline), names, tables.tables())) {
            TableDefinition table = clash.table();
            findings.add(tables.line(table), clash.cause(), TopicClash.REMEDY);
        }
    }

    private static void checkParts(List<TargetDefinition> targets, TablesReader tables, Findings findings) {
        for (PartClash clash : PartClash.among(targets, tables.tables())) {
            findings.add(
                    tables.line(clash.table()), clash + ", line " + tables.line(clash.earlier()), PartClash.REMEDY);
        }
    }

    private static @Nullable TopicSettings topics(Section section) {
        Integer partitions = section.value(Keys.PARTITIONS);
        Integer replication = section.value(Keys.REPLICATION);
        Duration retention = section.value(Keys.RETENTION);
        Integer maxMessage = section.value(Keys.MAX_MESSAGE);
        EnumForm enums = section.value(Keys.ENUM);
        BinaryForm binary = section.value(Keys.BINARY);
        Boolean tombstones = section.value(Keys.TOMBSTONES);
        if (partitions == null
                || replication == null
                || retention == null
                || maxMessage == null
                || enums == null
                || binary == null
                || tombstones == null) {
            return null;
        }
        return new TopicSettings(
                partitions, replication, retention, maxMessage, new MessageForm(enums, binary), tombstones);
    }

    private static @Nullable ReconcileSettings reconcile(Section section) {
        Recurrence every = section.value(Keys.EVERY);
        Boolean repair = section.value(Keys.REPAIR);
        Duration patience = section.value(Keys.PATIENCE);
        Integer rows = section.value(Keys.REPAIR_ROWS);
        Integer percent = section.value(Keys.REPAIR_PERCENT);
        Optional<Integer> pace = section.value(Keys.ROWS_PER_SECOND);
        return every == null || repair == null || patience == null || rows == null || percent == null || pace == null
                ? null
                : new ReconcileSettings(every, repair, patience, rows, percent, pace);
    }

    private static @Nullable HttpSettings http(Section section) {
        String host = section.value(Keys.HTTP_HOST);
        Optional<Integer> port = section.value(Keys.HTTP_PORT);
        return host == null || port == null ? null : new HttpSettings(host, port);
    }
}
