package io.changeover.capture;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.position.Barrier;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import io.changeover.transport.topic.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A schema on the test server and the capture of some of its tables. */
final class CapturedSource implements AutoCloseable {

    /** Longer than one run that fails on its environment and the next one that mends it. */
    static final Duration SOON = Duration.ofMinutes(2);

    private final TestingKafka kafka;
    private CaptureSettings settings;
    private final String schema;
    private Capture capture;

    CapturedSource(
            TestingKafka kafka, TestingMySql mysql, String pipeline, String schema, StartMode start, String... tables) {
        this(
                kafka,
                new ServerAccess(
                        mysql.host(), mysql.port(), mysql.user(), Secret.of(mysql.password()), TlsMode.DISABLED, null),
                pipeline,
                schema,
                start,
                tables);
    }

    CapturedSource(
            TestingKafka kafka,
            ServerAccess access,
            String pipeline,
            String schema,
            StartMode start,
            String... tables) {
        this.kafka = kafka;
        this.schema = schema;
        TopicNames names = new TopicNames(pipeline);
        Map<TableName, String> topics = new TreeMap<>();
        for (String table : tables) {
            TableName name = new TableName(schema, table);
            topics.put(name, names.rows("legacy", name));
        }
        this.settings = new CaptureSettings(
                pipeline,
                new SourceDefinition("legacy", access, start, BackfillSettings.readers(2)),
                KafkaSettings.at(kafka.bootstrapServers()),
                new TopicSettings(3, 1, Duration.ofDays(1)),
                topics,
                Map.of(),
                Map.of());
        new TopicSetup(settings.kafka().properties(), Duration.ofSeconds(30)).create(settings.topicSpecs());
        this.capture = new Capture(settings);
    }

    /** The same with rows read so, to be started. */
    void reading(BackfillSettings backfill) {
        capture.close();
        SourceDefinition source = settings.source();
        settings = new CaptureSettings(
                settings.pipeline(),
                new SourceDefinition(source.name(), source.server(), source.start(), backfill),
                settings.kafka(),
                settings.topics(),
                settings.rowTopics(),
                settings.cascades(),
                settings.watches());
        capture = new Capture(settings);
    }

    /** The same with foreign keys declared; for {@link #restart}. */
    void declare(String table, String... foreignKeys) {
        settings = new CaptureSettings(
                settings.pipeline(),
                settings.source(),
                settings.kafka(),
                settings.topics(),
                settings.rowTopics(),
                Map.of(new TableName(schema, table), List.of(foreignKeys)),
                settings.watches());
    }

    CaptureSettings settings() {
        return settings;
    }

    Capture capture() {
        return capture;
    }

    void start() {
        capture.start();
    }

    void restart() {
        capture.close();
        capture = new Capture(settings);
        capture.start();
    }

    void awaitRunning() throws Exception {
        Eventually.eventually(SOON, () -> "running: " + capture.status(), () -> {
            failIfStopped();
            return capture.status().ready();
        });
    }

    void awaitBackfilled() throws Exception {
        Eventually.eventually(SOON, () -> "backfilled: " + capture.progress() + ", " + capture.status(), () -> {
            failIfStopped();
            return capture.progress().backfills().size() == settings.rowTopics().size()
                    && capture.progress().backfilled();
        });
    }

    /** Waits for the capture to stop; its first problem. */
    Problem awaitStop() throws Exception {
        Eventually.eventually(
                SOON,
                () -> "stopped: " + capture.status(),
                () -> capture.stopped().isCompletedExceptionally());
        return capture.status().problems().get(0);
    }

    /** Waits until everything up to there is in the topics. */
    void awaitPublished(String gtids) throws Exception {
        failIfStopped();
        try (ProgressTopic progress = new ProgressTopic(
                settings.kafka().properties(), settings.sourceTopics().progress(), SOON)) {
            if (!new Barrier(GtidSet.parse(gtids), Set.of())
                    .await(progress, SOON)
                    .reached()) {
                throw new AssertionError("not published up to " + gtids + ": " + capture.status());
            }
        }
    }

    private void failIfStopped() {
        if (capture.stopped().isCompletedExceptionally()) {
            capture.stopped().join();
        }
    }

    /** Every message of the table, in order within each partition. */
    List<ChangeEvent> events(String table) {
        List<ChangeEvent> events = new ArrayList<>();
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        for (ConsumerRecord<String, String> record : records(table)) {
            try {
                events.add(decoder.decode(record.value().getBytes(StandardCharsets.UTF_8)));
            } catch (UndecodableMessage e) {
                throw new IllegalStateException(record.value(), e);
            }
        }
        return events;
    }

    List<ConsumerRecord<String, String>> records(String table) {
        String topic = settings.rowTopics().get(new TableName(schema, table));
        if (topic == null) {
            throw new IllegalArgumentException(table);
        }
        return kafka.readAll(topic);
    }

    /** What a consumer without any guard ends with, who applies the messages in the order of their topic. */
    Map<String, Row> applied(String table) {
        Map<String, Row> rows = new TreeMap<>();
        List<ChangeEvent> events = events(table);
        List<ConsumerRecord<String, String>> records = records(table).subList(0, events.size());
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            Row after = event.after();
            if (after == null) {
                rows.remove(records.get(i).key());
            } else {
                rows.put(records.get(i).key(), after);
            }
        }
        return rows;
    }

    void awaitEvents(String table, int count) throws Exception {
        Eventually.eventually(SOON, () -> count + " events of " + table + ", there are " + texts(table), () -> {
            failIfStopped();
            return records(table).size() >= count;
        });
    }

    /** {@code INSERT [1, a]}, ordered by version. */
    List<String> texts(String table) {
        return events(table).stream()
                .sorted((a, b) -> a.version().toString().compareTo(b.version().toString()))
                .map(CapturedSource::text)
                .collect(Collectors.toList());
    }

    private static String text(ChangeEvent event) {
        Row before = event.before();
        Row after = event.after();
        return event.operation() + (before == null ? "" : " " + before) + (after == null ? "" : " " + after);
    }

    @Override
    public void close() {
        capture.close();
    }
}
