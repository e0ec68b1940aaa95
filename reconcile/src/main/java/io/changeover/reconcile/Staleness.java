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
import io.changeover.transport.topic.TopicLog;
import io.changeover.transport.topic.TopicLog.Range;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells rows of an earlier change from rows that somebody altered: by the version that stands in the row, and that of the
 * newest message of its key, as far back as the topic is searched. Where versions stand in a table of their own, or no message
 * is found, a row counts as altered.
 */
final class Staleness {

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

    /** The findings with {@link Kind#DIFFERENT} told apart. */
    Map<Suspect, Finding> told(Map<Suspect, Finding> findings) throws SQLException {
        Map<Suspect, Finding> told = altered(findings);
        Map<TableDefinition, Map<ComparedPlace, List<Suspect>>> changed = new LinkedHashMap<>();
        told.keySet().stream()
                .filter(suspect -> Objects.requireNonNull(told.get(suspect)).kind() == Kind.ALTERED)
                .filter(suspect -> pipeline.target(suspect.place().targetName()).versionStore() == VersionStore.COLUMN)
                .collect(groupingBy(Suspect::place))
                .forEach((place, rows) -> changed.computeIfAbsent(place.definition(), d -> new LinkedHashMap<>())
                        .put(place, rows));
        for (Map.Entry<TableDefinition, Map<ComparedPlace, List<Suspect>>> table : changed.entrySet()) {
            Map<Suspect, Version> stored = new HashMap<>();
            for (Map.Entry<ComparedPlace, List<Suspect>> place :
                    table.getValue().entrySet()) {
                stored.putAll(stored(place.getKey(), place.getValue()));
            }
            newest(table.getKey(), stored).forEach((suspect, version) -> {
                Version has = Objects.requireNonNull(stored.get(suspect));
                if (version.sameSource(has) && version.isAfter(has)) {
                    told.computeIfPresent(suspect, (s, finding) -> new Finding(Kind.STALE, finding.columns()));
                }
            });
        }
        return told;
    }

    /** The findings with every {@link Kind#DIFFERENT} counted as altered. */
    static Map<Suspect, Finding> altered(Map<Suspect, Finding> findings) {
        Map<Suspect, Finding> altered = new LinkedHashMap<>(findings);
        altered.replaceAll((suspect, finding) ->
                finding.kind() == Kind.DIFFERENT ? new Finding(Kind.ALTERED, finding.columns()) : finding);
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
                    stored.put(suspect, Version.parse(version));
                }
            }
        }
        return stored;
    }

    /** Versions of the newest messages of the rows, where there are any. */
    private Map<Suspect, Version> newest(TableDefinition table, Map<Suspect, Version> rows) {
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
