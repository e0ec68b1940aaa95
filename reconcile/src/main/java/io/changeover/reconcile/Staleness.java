package io.changeover.reconcile;

import static java.util.stream.Collectors.groupingBy;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.Settled.Finding;
import io.changeover.reconcile.table.FoundRows;
import io.changeover.reconcile.table.OldKey;
import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.TableReader;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.Timeline;
import io.changeover.transport.topic.TopicLog;
import io.changeover.transport.topic.TopicLog.Range;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells rows of an earlier change from rows that somebody altered: by the version that stands in the row, and that of the
 * newest message of its key, as far back as the topic is searched. Where versions stand in a table of their own, or no message
 * is found, a row counts as altered.
 */
final class Staleness {

    private static final Logger log = LoggerFactory.getLogger(Staleness.class);

    private static final long OFFSETS = 1_000_000;
    private static final String VERSION = "changeover_version";

    private final PipelineDefinition pipeline;
    private final CompareServers servers;
    private final Duration timeout;
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    Staleness(PipelineDefinition pipeline, CompareServers servers, Duration timeout) {
        this.pipeline = pipeline;
        this.servers = servers;
        this.timeout = timeout;
    }

    /**
     * The findings with {@link Kind#DIFFERENT} told apart, and those marked which are of a change that was never published:
     * apply would keep them against whatever is sent.
     */
    Map<Suspect, Finding> told(Map<Suspect, Finding> findings) throws SQLException {
        Map<Suspect, Finding> told = altered(findings);
        Map<TableDefinition, Map<ComparedPlace, List<Suspect>>> there = new LinkedHashMap<>();
        told.keySet().stream()
                .filter(suspect -> Objects.requireNonNull(told.get(suspect)).kind() != Kind.MISSING)
                .filter(suspect -> pipeline.target(suspect.place().targetName()).versionStore() == VersionStore.COLUMN)
                .collect(groupingBy(Suspect::place))
                .forEach((place, rows) -> there.computeIfAbsent(place.definition(), d -> new LinkedHashMap<>())
                        .put(place, rows));
        for (Map.Entry<TableDefinition, Map<ComparedPlace, List<Suspect>>> table : there.entrySet()) {
            Map<Suspect, Version> stored = new HashMap<>();
            for (Map.Entry<ComparedPlace, List<Suspect>> place :
                    table.getValue().entrySet()) {
                stored.putAll(stored(place.getKey(), place.getValue()));
            }
            // after the rows: what they have is published by now, if it ever was
            List<Timeline> published = published(table.getKey());
            stored.forEach((suspect, version) -> beyond(version, published)
                    .ifPresent(why -> told.computeIfPresent(suspect, (s, finding) -> finding.beyond(why))));
            Map<Suspect, Version> altered = new HashMap<>(stored);
            altered.keySet()
                    .removeIf(
                            suspect -> Objects.requireNonNull(told.get(suspect)).kind() != Kind.ALTERED);
            newest(table.getKey(), altered).forEach((suspect, version) -> {
                Version has = Objects.requireNonNull(stored.get(suspect));
                if (version.sameSource(has) && version.isAfter(has)) {
                    told.computeIfPresent(suspect, (s, finding) -> finding.as(Kind.STALE));
                }
            });
        }
        return told;
    }

    /** How far the sources of all that goes to the same new table are published; empty where that is not known of one. */
    private List<Timeline> published(TableDefinition table) {
        List<Timeline> published = new ArrayList<>();
        Set<String> sources = pipeline.tables().stream()
                .filter(other -> other.targetName().equals(table.targetName())
                        && other.target().equals(table.target()))
                .map(TableDefinition::sourceName)
                .collect(Collectors.toSet());
        for (String source : sources) {
            Optional<SourcePosition> position = ProgressTopic.readLatest(
                            pipeline.kafka().properties(), pipeline.topicNames().progress(source), timeout)
                    .position();
            if (position.isEmpty()) {
                return List.of();
            }
            SourcePosition.Running running = position.get().running();
            Timeline timeline = position.get().timeline();
            published.add(
                    running != null
                                    && timeline.isPresent(running.gtid())
                                    && running.gtid().sequence() > timeline.lastCaptured()
                            ? timeline.admit(running.gtid())
                            : timeline);
        }
        return published;
    }

    private static Optional<String> beyond(Version version, List<Timeline> published) {
        boolean isBeyond = !published.isEmpty()
                && version.source() != Version.NONE.source()
                && published.stream()
                        .allMatch(end -> version.timeline() > end.number()
                                || (version.timeline() == end.number() && version.transaction() > end.lastCaptured()));
        if (!isBeyond) {
            return Optional.empty();
        }
        Timeline end = published.get(0);
        return Optional.of("it is of transaction " + version.transaction() + " of timeline " + version.timeline()
                + ", beyond the last published one, " + end.lastCaptured() + " of timeline " + end.number()
                + ", so nothing that is sent would overwrite it: did the source go back?");
    }

    /** The findings with every {@link Kind#DIFFERENT} counted as altered. */
    static Map<Suspect, Finding> altered(Map<Suspect, Finding> findings) {
        Map<Suspect, Finding> altered = new LinkedHashMap<>(findings);
        altered.replaceAll((suspect, finding) -> finding.kind() == Kind.DIFFERENT ? finding.as(Kind.ALTERED) : finding);
        return altered;
    }

    private Map<Suspect, Version> stored(ComparedPlace place, List<Suspect> suspects) throws SQLException {
        Map<Suspect, Version> stored = new HashMap<>();
        try (Connections connections = new Connections(servers)) {
            TableReader versions = TableReader.ofTarget(
                    connections.target(place.targetName()), place.table(), "HEX(`" + VERSION + "`)");
            FoundRows rows = FoundRows.ofTarget(
                    versions, place.table(), suspects.stream().map(Suspect::key).toList());
            for (Suspect suspect : suspects) {
                RawRow row = rows.of(suspect.key());
                String version = row == null ? null : versions.value(row, 0);
                if (version != null) {
                    try {
                        stored.put(suspect, Version.parse(version));
                    } catch (IllegalArgumentException e) {
                        // no transaction has it: somebody wrote it, as he wrote the row
                        log.debug("{} has the version {}", suspect.shownKey(), version, e);
                    }
                }
            }
        }
        return stored;
    }

    /** Versions of the newest messages of the rows, where there are any. */
    private Map<Suspect, Version> newest(TableDefinition table, Map<Suspect, Version> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        Map<String, Suspect> wanted = new HashMap<>();
        rows.keySet().forEach(suspect -> {
            try {
                wanted.put(
                        OldKey.blurred(
                                suspect.place().table(),
                                OldKey.of(suspect.place().table(), suspect.key())),
                        suspect);
            } catch (ArithmeticException | IllegalArgumentException e) {
                // its messages cannot be recognised
            }
        });
        Map<Suspect, Version> newest = new HashMap<>();
        try (TopicLog topic = new TopicLog(pipeline.kafka().properties(), pipeline.rowTopic(table), timeout)) {
            for (Map.Entry<Integer, Range> partition : topic.ranges().entrySet()) {
                Range log = partition.getValue();
                long from = Math.max(log.start(), log.end() - OFFSETS);
                topic.read(partition.getKey(), from, log.end(), message -> take(message, wanted, newest));
            }
        }
        return newest;
    }

    private void take(
            ConsumerRecord<byte[], byte[]> message, Map<String, Suspect> wanted, Map<Suspect, Version> newest) {
        if (message.key() == null || message.value() == null || wanted.isEmpty()) {
            return;
        }
        try {
            Suspect any = wanted.values().iterator().next();
            Suspect suspect = wanted.get(TouchedKeys.blurred(any.place().table(), message.key()));
            if (suspect != null) {
                Version version = decoder.decode(message.value()).version();
                newest.merge(suspect, version, (a, b) -> b.sameSource(a) && b.isAfter(a) ? b : a);
            }
        } catch (IOException | IllegalArgumentException | UndecodableMessage e) {
            // no message of a row
        }
    }
}
