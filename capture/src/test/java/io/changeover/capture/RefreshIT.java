package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalSender;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(180)
class RefreshIT {

    private final TestingServers servers;
    private final TestingMySql mysql;

    RefreshIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @Test
    void signals_areAnsweredWithTheRowsAsTheyAre() throws Exception {
        String schema = mysql.freshSchema();
        TableName table = new TableName(schema, "t");
        mysql.execute(
                "CREATE TABLE " + table.quoted() + " (id VARCHAR(20) PRIMARY KEY, n INT)",
                "INSERT INTO " + table.quoted() + " VALUES ('a', 1), ('b', 2), ('c', 3)");
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            TopicNames names = new TopicNames(source.settings().pipeline());
            source.start();
            source.awaitRunning();
            try (SignalSender sender =
                    new SignalSender(source.settings().kafka().properties(), names.signals(), Duration.ofSeconds(10))) {
                // 'A' is the row 'a' to MySQL: it is not missing
                sender.send(Signal.refreshKeys(
                        "1",
                        "legacy",
                        table,
                        List.of(Map.of("id", "A"), Map.of("id", "zz"), Map.of("id", "b")),
                        "test"));
                sender.send(Signal.refreshWhere("2", "legacy", table, "n >= 2 -- two rows", "test"));
                sender.send(Signal.refreshWhere("3", "legacy", table, "no_such_column = 1", "test"));
                sender.send(Signal.refreshKeys("4", "legacy", table, List.of(Map.of("no", "1")), "test"));
            }
            SignalAck first = awaitAck(source, names, "1");
            assertThat(first.state()).isEqualTo(SignalAck.State.DONE);
            assertThat(first.rows()).isEqualTo(3);
            assertThat(awaitAck(source, names, "2").rows()).isEqualTo(2);
            assertThat(awaitAck(source, names, "3").state()).isEqualTo(SignalAck.State.REFUSED);
            assertThat(awaitAck(source, names, "4").state()).isEqualTo(SignalAck.State.REFUSED);

            List<ChangeEvent> events = source.events("t");
            assertThat(events)
                    .hasSize(5)
                    .allMatch(event -> event.provenance().origin() == Origin.REFRESH)
                    .allMatch(event -> event.version().equals(first.stamp()));
            assertThat(events.stream()
                            .filter(event -> event.operation() == Operation.DELETE)
                            .map(event -> event.row().toString()))
                    .containsExactly("[zz, null]");

            // answered once for ever
            source.restart();
            source.awaitRunning();
            mysql.execute("INSERT INTO " + table.quoted() + " VALUES ('d', 4)");
            source.awaitEvents("t", 6);
            assertThat(source.records("t")).hasSize(6);
        }
    }

    private static SignalAck awaitAck(CapturedSource source, TopicNames names, String id) throws Exception {
        SignalAck[] found = new SignalAck[1];
        Eventually.eventually(CapturedSource.SOON, "answer to " + id, () -> {
            Progress progress = ProgressTopic.readLatest(
                    source.settings().kafka().properties(), names.progress("legacy"), Duration.ofSeconds(10));
            SignalAck.of(progress, id)
                    .filter(ack -> ack.state() != SignalAck.State.RUNNING)
                    .ifPresent(ack -> found[0] = ack);
            return found[0] != null;
        });
        return found[0];
    }
}
