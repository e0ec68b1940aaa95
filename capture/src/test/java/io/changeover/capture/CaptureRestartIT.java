package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.capture.group.Membership;
import io.changeover.capture.group.Standing;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Tag("versions")
@Timeout(240)
class CaptureRestartIT {

    private final TestingServers servers;
    private final TestingMySql mysql;

    CaptureRestartIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    /** A transaction of many Kafka transactions, cut at random: every row once, in order, for a read_committed consumer. */
    @Test
    void killedInMidTransaction_resumesWithoutLossOrDuplicate() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(100), n INT NOT NULL)");
        int rows = 60_000;
        Random random = new Random(7);
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            Thread writer = new Thread(() -> bigTransaction(schema, rows));
            writer.start();
            for (int i = 0; i < 4; i++) {
                int seen = source.records("t").size();
                int wanted = Math.min(rows, seen + random.nextInt(6000));
                Eventually.eventually(
                        CapturedSource.SOON,
                        "more than " + wanted + " rows",
                        () -> source.records("t").size() >= wanted);
                source.restart();
                source.awaitRunning();
            }
            writer.join();
            source.awaitEvents("t", 2 * rows);

            List<ChangeEvent> events = source.events("t");
            Set<String> versions = new HashSet<>();
            events.forEach(event -> versions.add(event.version().toString()));
            assertThat(events).hasSize(2 * rows);
            assertThat(versions).as("no row twice").hasSize(2 * rows);
            assertThat(source.applied("t"))
                    .hasSize(rows)
                    .allSatisfy((key, row) -> assertThat(row.get(2)).isEqualTo("1"));
        }
    }

    private void bigTransaction(String schema, int rows) {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int from = 0; from < rows; from += 1000) {
                List<String> values = new ArrayList<>();
                for (int id = from; id < from + 1000; id++) {
                    values.add("(" + id + ", REPEAT('x', 80), 0)");
                }
                statement.execute("INSERT INTO t VALUES " + String.join(",", values));
            }
            statement.execute("UPDATE t SET n = 1");
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The group only decides who tries: one that does not keep to it takes over, and the other one does not fight back. */
    @Test
    void instanceThatLeadsAgainstItsGroup_fencesTheFirst() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            try (Capture second = new Capture(source.settings(), AlwaysLeader::new)) {
                second.start();
                Eventually.eventually(
                        CapturedSource.SOON,
                        "second runs",
                        () -> second.status().ready());
                mysql.execute("INSERT INTO " + schema + ".t VALUES (1)");
                Eventually.eventually(
                        CapturedSource.SOON,
                        "first is fenced",
                        () -> source.capture().stopped().isCompletedExceptionally());
                assertThat(source.capture().status().problems().get(0).code().number())
                        .isEqualTo(16);
                Eventually.eventually(
                        CapturedSource.SOON,
                        "one row",
                        () -> source.records("t").size() == 1);
                assertThat(second.status().ready()).isTrue();
            }
        }
    }

    private static final class AlwaysLeader implements Membership {

        @Override
        public Standing join() {
            return Standing.first().become(Standing.Role.LEADER);
        }

        @Override
        public void close() {}
    }
}
