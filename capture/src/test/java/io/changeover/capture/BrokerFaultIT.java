package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedKafka;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The only broker is killed while capture streams, and stays away for a while: capture waits, and goes on where it was. */
@WithServers
@Tag("fault")
@Timeout(900)
class BrokerFaultIT {

    private static final int KILLS = Integer.getInteger("kills", 4);

    /** Above what the producer waits for an answer, so that a run ends by it. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("away", 45));

    private final TestingMySql mysql;
    private volatile boolean stop;

    BrokerFaultIT(TestingServers servers) {
        this.mysql = servers.source();
    }

    /** A broker in a process of its own, on one port and one directory. */
    static final class Broker {

        static final String SERVING = "serving at ";

        private Broker() {}

        public static void main(String[] arguments) throws InterruptedException {
            EmbeddedKafka kafka = EmbeddedKafka.builder()
                    .directory(Path.of(arguments[0]))
                    .port(Integer.parseInt(arguments[1]))
                    .start();
            System.out.println(SERVING + kafka.port());
            Thread.currentThread().join();
        }
    }

    /** The broker as it is at the moment. */
    private static final class KilledKafka implements TestingKafka {

        private final Path folder;
        private int port;
        private int starts;
        private ChildJvm broker;

        KilledKafka(Path folder) throws Exception {
            this.folder = folder;
            broker = begin();
        }

        private ChildJvm begin() throws Exception {
            starts++;
            ChildJvm child = ChildJvm.of(Broker.class, folder.resolve("broker-" + starts + ".log"))
                    .arguments(folder.resolve("data").toString(), Integer.toString(port))
                    .start();
            String line = child.awaitLogLine(Broker.SERVING, Duration.ofMinutes(2));
            port = Integer.parseInt(line.substring(line.indexOf(Broker.SERVING) + Broker.SERVING.length()));
            return child;
        }

        @Override
        public String bootstrapServers() {
            return "127.0.0.1:" + port;
        }

        @Override
        public void stop() {
            broker.kill9();
        }

        @Override
        public void start() {
            try {
                broker = begin();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    @Test
    void brokerKilledWhileStreaming_losesNothingAndRepeatsNothing(@TempDir Path folder) throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, n INT NOT NULL)");
        try (TestingKafka kafka = new KilledKafka(folder);
                CapturedSource source = new CapturedSource(kafka, mysql, "killed", schema, StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            Thread writer = new Thread(() -> write(schema), "writer");
            writer.start();
            for (int kill = 0; kill < KILLS; kill++) {
                source.awaitEvents("t", source.records("t").size() + 500);
                kafka.stop();
                if (kill == 0) {
                    Eventually.eventually(
                            Duration.ofMinutes(3),
                            () -> "told: " + source.capture().status(),
                            () -> source.capture().status().problems().stream()
                                    .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE));
                    TimeUnit.MILLISECONDS.sleep(AWAY.toMillis());
                }
                kafka.start();
            }
            stop = true;
            writer.join();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (0, -1)");
            Eventually.eventually(
                    Duration.ofMinutes(3),
                    () -> "the last row: " + source.capture().status(),
                    () -> source.applied("t").values().stream().anyMatch(row -> "-1".equals(row.get(1))));
            List<ChangeEvent> events = source.events("t");
            Set<String> versions = new HashSet<>();
            events.forEach(event -> versions.add(event.version().toString()));
            assertThat(versions)
                    .as("none twice for a reader of committed messages")
                    .hasSize(events.size());
            Map<String, String> rows = new TreeMap<>();
            mysql.rows("SELECT id, n FROM " + schema + ".t")
                    .forEach(row -> rows.put(String.valueOf(row.get(0)), String.valueOf(row.get(1))));
            Map<String, String> published = new TreeMap<>();
            source.applied("t")
                    .values()
                    .forEach(row -> published.put(String.valueOf(row.get(0)), String.valueOf(row.get(1))));
            assertThat(published).isEqualTo(rows);
        }
    }

    private void write(String schema) {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int id = 1; !stop; id++) {
                statement.execute("INSERT INTO t VALUES (" + id + ", 0)");
                statement.execute("UPDATE t SET n = n + 1 WHERE id > " + (id - 3));
                connection.commit();
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
