package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.signal.ReadLimit;
import io.changeover.transport.signal.ReadWait;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalSender;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator holds backfill and refresh up while the stream goes on. */
@WithServers
@Timeout(180)
class SteeredReadsIT {

    private static final int ROWS = 2000;

    private final TestingServers servers;
    private final TestingMySql mysql;

    SteeredReadsIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @Test
    void pausedBackfill_standsStill_alsoWhenTheSignalHasExpired_andIsCompleteInTheEnd() throws Exception {
        String schema = mysql.freshSchema();
        TableName table = new TableName(schema, "t");
        mysql.execute(
                "CREATE TABLE " + table.quoted() + " (id INT PRIMARY KEY, n INT)",
                "SET SESSION cte_max_recursion_depth = 10000",
                "INSERT INTO " + table.quoted()
                        + " WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < " + ROWS
                        + ") SELECT id, 0 FROM r");
        try (CapturedSource source = new CapturedSource(
                        servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t");
                SignalSender sender = new SignalSender(
                        source.settings().kafka().properties(), signals(source), Duration.ofSeconds(10))) {
            // the statement that asks and the stream's are two already
            source.reading(new BackfillSettings(2, 1000, Optional.of(1), Optional.empty(), Optional.empty()));
            source.start();
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "waiting: " + progress(source).marks(),
                    () -> String.valueOf(ReadWait.of(progress(source)).reason()).startsWith("Threads_running "));
            assertThat(backfilled(source)).isZero();
            source.reading(BackfillSettings.readers(2));

            // sent before the start, and holds from the first chunk on
            sender.send(Signal.throttle("slow", "legacy", null, 40L, "ann"));
            source.start();
            Eventually.eventually(CapturedSource.SOON, "a few rows", () -> backfilled(source) >= 10);
            sender.send(Signal.pause("pause", "legacy", table, "ann"));
            assertThat(awaitAck(source, "pause").state()).isEqualTo(SignalAck.State.DONE);
            sender.send(Signal.throttle("fast", "legacy", null, null, "ann"));
            awaitAck(source, "fast");
            sender.send(Signal.pause("unknown", "legacy", new TableName(schema, "no"), "ann"));
            assertThat(awaitAck(source, "unknown").reason()).isEqualTo("table " + schema + ".no is not captured");
            insertAndAwait(source, table, 10_001); // what was being read has left by then
            long before = backfilled(source);
            sender.send(Signal.refreshWhere("refresh", "legacy", table, "id <= 2", "ann"));
            insertAndAwait(source, table, 10_002);

            forget(source);
            source.restart();
            source.awaitRunning();
            insertAndAwait(source, table, 10_003);
            assertThat(backfilled(source)).isEqualTo(before).isLessThan(ROWS);
            Progress progress = progress(source);
            assertThat(ReadLimit.of(progress, table).pausedBy()).isEqualTo("ann");
            assertThat(ReadWait.of(progress).reason()).isNull();
            assertThat(SignalAck.of(progress, "refresh")).isEmpty();

            sender.send(Signal.resume("resume", "legacy", null, "ann"));
            source.awaitBackfilled();
            assertThat(source.applied("t")).hasSize(ROWS + 3);
            assertThat(ReadLimit.of(progress(source), table)).isEqualTo(ReadLimit.NONE);
        }
    }

    private void insertAndAwait(CapturedSource source, TableName table, int id) throws Exception {
        mysql.execute("INSERT INTO " + table.quoted() + " VALUES (" + id + ", 0)");
        Eventually.eventually(
                CapturedSource.SOON,
                "row " + id + " by the stream",
                () -> source.events("t").stream().anyMatch(event -> isStreamed(event, id)));
    }

    private static boolean isStreamed(ChangeEvent event, int id) {
        return event.provenance().origin() == Origin.STREAM
                && Integer.toString(id).equals(event.row().get(0));
    }

    private static long backfilled(CapturedSource source) {
        return source.events("t").stream()
                .filter(event -> event.provenance().origin() == Origin.BACKFILL)
                .count();
    }

    /** What retention does to the signals one day. */
    private static void forget(CapturedSource source) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(source.settings().kafka().properties()))) {
            admin.deleteRecords(Map.of(new TopicPartition(signals(source), 0), RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }
    }

    private static String signals(CapturedSource source) {
        return new TopicNames(source.settings().pipeline()).signals();
    }

    private static Progress progress(CapturedSource source) {
        return ProgressTopic.readLatest(
                source.settings().kafka().properties(),
                new TopicNames(source.settings().pipeline()).progress("legacy"),
                Duration.ofSeconds(10));
    }

    private static SignalAck awaitAck(CapturedSource source, String id) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                "answer to " + id,
                () -> SignalAck.of(progress(source), id).isPresent());
        return SignalAck.of(progress(source), id).orElseThrow();
    }
}
