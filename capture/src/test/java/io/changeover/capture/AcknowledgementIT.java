package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalSender;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot go on stops, says why to everyone, and begins anew when an operator has acknowledged it: afterwards a consumer of
 * the topic has every row as the source has it, and at no time an older one after a newer one.
 */
@WithServers
@Timeout(300)
class AcknowledgementIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final TestingServers servers;
    private TestingMySql mysql;
    private String schema = "";

    @SuppressWarnings("NullAway.Init")
    private CapturedSource source;

    AcknowledgementIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
        if (mysql != servers.source()) {
            mysql.close();
        }
    }

    /** Rows 1 to 3, read as of now, and one change of row 1 by the stream. */
    private void capture(TestingMySql server) throws Exception {
        mysql = server;
        schema = mysql.freshSchema();
        mysql.execute(
                "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(50))",
                "INSERT INTO " + schema + ".t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        source = new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t");
        source.start();
        source.awaitBackfilled();
        mysql.execute("UPDATE " + schema + ".t SET name = 'a1' WHERE id = 1");
        source.awaitEvents("t", 4);
        // a row is published before its transaction is known to be complete
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "published: " + source.capture().status(),
                () -> published().containsAll(GtidSet.parse(mysql.gtidExecuted())));
    }

    @Test
    void purgedBinlogs_theRowsComeAsTheyAre() throws Exception {
        capture(new TestingMySql());
        source.capture().close();
        mysql.execute(
                "UPDATE " + schema + ".t SET name = 'a2' WHERE id = 1",
                "DELETE FROM " + schema + ".t WHERE id = 2",
                "INSERT INTO " + schema + ".t VALUES (4, 'd')",
                "ALTER TABLE " + schema + ".t ADD more INT DEFAULT 7",
                "FLUSH BINARY LOGS",
                "INSERT INTO " + schema + ".t VALUES (5, 'e', 8)",
                "FLUSH BINARY LOGS");
        mysql.execute("PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
        source.restart();
        assertStops(ExitCode.SOURCE_GAP, "no longer in the server's binlogs");

        Acknowledgement found = acknowledge();
        assertThat(found.missed().size()).isEqualTo(5);
        assertThat(found.struck().isEmpty()).isTrue();
        assertThat(found.timeline()).isEqualTo(2);

        source.restart();
        awaitSame(Map.of("2", "[2, b]"));
        mysql.execute("UPDATE " + schema + ".t SET name = 'c2' WHERE id = 3");
        refresh("2");
        awaitSame(Map.of());
        assertNothingStale();
        assertThat(lastVersion("3").timeline()).isEqualTo(2);
        assertThat(lastVersion("3").row()).as("of the stream").isZero();

        source.restart();
        source.awaitRunning();
        mysql.execute("DELETE FROM " + schema + ".t WHERE id = 4");
        awaitSame(Map.of());
        assertThat(lastVersion("4").timeline()).isEqualTo(2);
        assertNotAcknowledged();
    }

    /** The restored server has the old GTIDs up to the backup, and then numbers new transactions as it had others. */
    @Test
    void restoredBackup_isRecognisedByItsGtidsAndBeyondThemByItsCommits(@TempDir Path temp) throws Exception {
        capture(new TestingMySql());
        EmbeddedMySql server = mysql.server();
        Path backup = temp.resolve("backup");
        source.capture().close();
        server.stop();
        copy(server.dataDirectory(), backup);
        server.start();
        source.restart();
        source.awaitRunning();
        mysql.execute(
                "UPDATE " + schema + ".t SET name = 'lost' WHERE id = 1",
                "INSERT INTO " + schema + ".t VALUES (6, 'lost')",
                "DELETE FROM " + schema + ".t WHERE id = 2");
        source.awaitEvents("t", 7);
        source.capture().close();

        server.stop();
        delete(server.dataDirectory());
        copy(backup, server.dataDirectory());
        server.start();
        source.restart();
        assertStops(ExitCode.SOURCE_GAP, "the source went back 3 transactions");

        mysql.execute(
                "UPDATE " + schema + ".t SET name = 'other' WHERE id = 3",
                "INSERT INTO " + schema + ".t VALUES (7, 'other')",
                "INSERT INTO " + schema + ".t VALUES (8, 'other')",
                "INSERT INTO " + schema + ".t VALUES (9, 'other')");
        assertThat(GtidSet.parse(mysql.gtidExecuted()).containsAll(published())).isTrue();
        source.restart();
        assertStops(ExitCode.SOURCE_GAP, "another transaction than the one that was published");

        acknowledge();
        source.restart();
        awaitSame(Map.of("6", "[6, lost]"));
        refresh("6");
        awaitSame(Map.of());
        assertNothingStale();
    }

    @Test
    void replicaThatWasBehind_itsHistoryIsTakenForTheRightOne() throws Exception {
        TestingMySql primary = new TestingMySql();
        try (TestingMySql replica =
                new TestingMySql(EmbeddedMySql.replicaOf(primary.server()).start())) {
            capture(primary);
            replica.awaitExecuted(primary.gtidExecuted(), CapturedSource.SOON);
            replica.execute("STOP REPLICA");
            primary.execute(
                    "UPDATE " + schema + ".t SET name = 'lost' WHERE id = 1",
                    "INSERT INTO " + schema + ".t VALUES (6, 'lost')");
            source.awaitEvents("t", 6);
            source.capture().close();
            String pipeline = source.settings().pipeline();
            replica.server().promote();
            replica.execute("UPDATE " + schema + ".t SET name = 'new' WHERE id = 2");

            source = new CapturedSource(servers.kafka(), replica, pipeline, schema, StartMode.snapshot(), "t");
            source.start();
            assertStops(ExitCode.SOURCE_GAP, "the source went back 2 transactions");
            Acknowledgement found = acknowledge();
            assertThat(found.struck().size()).isEqualTo(2);

            mysql = replica;
            source.restart();
            awaitSame(Map.of("6", "[6, lost]"));
            mysql.execute("UPDATE " + schema + ".t SET name = 'newer' WHERE id = 1");
            awaitSame(Map.of("6", "[6, lost]"));
            assertThat(lastVersion("1").timeline()).isEqualTo(2);
            assertNothingStale();
            source.close();
        } finally {
            mysql = servers.source();
            primary.close();
        }
    }

    @Test
    void statementThatChangedRows_isPassed() throws Exception {
        capture(servers.source());
        assertNotAcknowledged();
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION binlog_format = 'STATEMENT'");
            statement.execute("UPDATE t SET name = 'by statement' WHERE id = 2");
        }
        assertStops(ExitCode.UNSAFE_EVENT, "rows were changed by a statement");
        source.restart();
        assertStops(ExitCode.UNSAFE_EVENT, "rows were changed by a statement");

        acknowledge();
        source.restart();
        awaitSame(Map.of());
        assertNothingStale();
    }

    @Test
    void lostSchemaHistory_isRebuilt() throws Exception {
        capture(servers.source());
        mysql.execute(
                "ALTER TABLE " + schema + ".t ADD more INT DEFAULT 7",
                "INSERT INTO " + schema + ".t VALUES (4, 'd', 8)");
        source.awaitEvents("t", 5);
        source.capture().close();
        cutHistory();
        source.restart();
        assertStops(ExitCode.POSITION_DAMAGED, "entry 1 is missing");

        acknowledge();
        source.restart();
        awaitSame(Map.of());
        mysql.execute("ALTER TABLE " + schema + ".t ADD third INT", "UPDATE " + schema + ".t SET third = id");
        awaitSame(Map.of());
        source.restart();
        source.awaitRunning();
        mysql.execute("INSERT INTO " + schema + ".t VALUES (6, 'f', 8, 9)");
        awaitSame(Map.of());
        assertNothingStale();
    }

    @Test
    void lostPosition_isFoundAnewAboveWhatTheTopicsHold() throws Exception {
        capture(servers.source());
        source.capture().close();
        recreate(names().progress("legacy"), 1);
        mysql.execute("UPDATE " + schema + ".t SET name = 'a2' WHERE id = 1");
        source.restart();
        assertStops(ExitCode.POSITION_DAMAGED, "there is no position");

        Acknowledgement found = acknowledge();
        assertThat(found.lost()).isTrue();
        assertThat(found.timeline()).isEqualTo(2);

        mysql.execute("RENAME TABLE " + schema + ".t TO " + schema + ".away");
        source.restart();
        awaitStopped();
        assertThat(source.capture().status().problems().get(0).cause()).contains("no such table");
        assertThat(CaptureStop.ofSource(progress().marks()).orElseThrow().lifted())
                .as("what failed has not taken the decision back")
                .isTrue();

        mysql.execute("RENAME TABLE " + schema + ".away TO " + schema + ".t");
        source.restart();
        awaitSame(Map.of());
        mysql.execute("UPDATE " + schema + ".t SET name = 'a3' WHERE id = 1");
        awaitSame(Map.of());
        assertNothingStale();
    }

    /** Neither would a topic that was made anew know of a higher one, nor may an operator name a lower one. */
    @Test
    void lostPositionAndRows_takeATimelineFromTheOperator() throws Exception {
        capture(servers.source());
        source.capture().close();
        recreate(names().progress("legacy"), 1);
        recreate(names().rows("legacy", new TableName(schema, "t")), 3);
        source.restart();
        assertStopsWithout(ExitCode.POSITION_DAMAGED, "there is no position");

        assertThatThrownBy(this::acknowledge)
                .isInstanceOfSatisfying(
                        ChangeoverException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.POSITION_DAMAGED))
                .hasMessageContaining("--timeline");
        assertThatThrownBy(() -> Acknowledgement.of(source.settings(), 65_535, TIMEOUT))
                .hasMessageContaining("is not between 0");
        Acknowledgement.of(source.settings(), 6, TIMEOUT).execute(source.settings(), TIMEOUT);

        source.restart();
        awaitSame(Map.of());
        assertThat(lastVersion("1").timeline()).isEqualTo(7);
    }

    /** Of a source whose tables were all left, nothing is read anew, and yet it goes on behind the gap. */
    @Test
    void sourceWithoutTables_goesOnBehindTheGap() throws Exception {
        capture(servers.source());
        mysql.execute("TRUNCATE TABLE " + schema + ".t");
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "left: " + source.capture().status(),
                // noted beside the position: what only the capture knows is gone with it
                () -> CaptureStop.of(progress().marks(), new TableName(schema, "t"))
                        .isPresent());
        source.capture().close();
        cutHistory();
        source.restart();
        assertStops(ExitCode.POSITION_DAMAGED, "entry 1 is missing");
        acknowledge();
        source.restart();
        source.awaitRunning();
        Progress progress = progress();
        assertThat(progress.position().orElseThrow().timeline().number()).isEqualTo(2);
        assertThat(progress.marks()).doesNotContainKey(Progress.SOURCE_STOP);
    }

    @Test
    void lostRows_areSentAgain() throws Exception {
        capture(servers.source());
        source.capture().close();
        recreate(names().rows("legacy", new TableName(schema, "t")), 3);
        source.restart();
        assertStops(ExitCode.TOPIC_CHANGED, "records that were published are gone");

        acknowledge();
        source.restart();
        awaitSame(Map.of());
    }

    private void assertNotAcknowledged() {
        assertThatThrownBy(() -> Acknowledgement.of(source.settings(), null, TIMEOUT))
                .isInstanceOfSatisfying(
                        ChangeoverException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("has not stopped");
    }

    private Acknowledgement acknowledge() {
        Acknowledgement found = Acknowledgement.of(source.settings(), null, TIMEOUT);
        found.execute(source.settings(), TIMEOUT);
        return found;
    }

    /** It says so itself, and beside its position. */
    private void assertStops(ExitCode code, String cause) throws Exception {
        Problem problem = assertStopsWithout(code, cause);
        assertThat(Acknowledgement.of(source.settings(), null, TIMEOUT).stop().problem())
                .isEqualTo(problem);
    }

    private Problem assertStopsWithout(ExitCode code, String cause) throws Exception {
        awaitStopped();
        Problem problem = source.capture().status().problems().get(0);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.cause()).contains(cause);
        assertThat(problem.remedy()).contains("changeover acknowledge");
        return problem;
    }

    private void awaitStopped() throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "stopped: " + source.capture().status(),
                () -> source.capture().stopped().isCompletedExceptionally());
    }

    private TopicNames names() {
        return new TopicNames(source.settings().pipeline());
    }

    private Progress progress() {
        return ProgressTopic.readLatest(source.settings().kafka().properties(), names().progress("legacy"), TIMEOUT);
    }

    private GtidSet published() {
        return progress().position().orElseThrow().completed();
    }

    /** What a consumer of the topic has becomes what the table has, and rows that the table has no more. */
    private void awaitSame(Map<String, String> more) throws Exception {
        source.awaitBackfilled();
        Map<String, String> wanted = new TreeMap<>(more);
        for (List<String> row : mysql.rows("SELECT * FROM " + schema + ".t")) {
            wanted.put(row.get(0), row.toString());
        }
        Eventually.eventually(
                CapturedSource.SOON,
                () -> wanted + ", there is " + consumed(),
                () -> consumed().equals(wanted));
    }

    private Map<String, String> consumed() {
        Map<String, String> rows = new TreeMap<>();
        source.applied("t").values().forEach(row -> rows.put(Objects.requireNonNull(row.get(0)), row.toString()));
        return rows;
    }

    private void assertNothingStale() {
        Map<String, Version> newest = new HashMap<>();
        for (ChangeEvent event : source.events("t")) {
            String key = Objects.requireNonNull(event.row().get(0));
            Version before = newest.put(key, event.version());
            assertThat(before == null || !before.isAfter(event.version()))
                    .as(event + " after " + before)
                    .isTrue();
        }
    }

    private Version lastVersion(String key) {
        return source.events("t").stream()
                .filter(event -> key.equals(event.row().get(0)))
                .reduce((first, second) -> second)
                .orElseThrow()
                .version();
    }

    private void refresh(String key) {
        try (SignalSender sender =
                new SignalSender(source.settings().kafka().properties(), names().signals(), TIMEOUT)) {
            sender.send(Signal.refreshKeys(
                    "refresh " + key, "legacy", new TableName(schema, "t"), List.of(Map.of("id", key)), "test"));
        }
    }

    /** Its first entry is lost. */
    private void cutHistory() throws Exception {
        TopicPartition history = new TopicPartition(names().schemaHistory("legacy"), 0);
        try (Admin admin = Admin.create(servers.kafka().clientConfig())) {
            admin.deleteRecords(Map.of(history, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
    }

    private void recreate(String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(servers.kafka().clientConfig())) {
            admin.deleteTopics(List.of(topic)).all().get();
            Eventually.eventually(
                    CapturedSource.SOON,
                    "deletion of " + topic,
                    () -> !admin.listTopics().names().get().contains(topic));
            servers.kafka().createTopic(topic, partitions);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
