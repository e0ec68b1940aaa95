package io.changeover.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithServers
@Timeout(120)
class ServersIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void topic_isReadToItsEnd(TestingServers servers) {
        TestingKafka kafka = servers.kafka();
        String topic = servers.freshName();
        kafka.createTopic(topic, 3);
        assertThat(kafka.readAll(topic)).isEmpty();

        kafka.produce(topic, "a", "1");
        kafka.produce(topic, "a", null);

        assertThat(kafka.readAll(topic)).extracting(ConsumerRecord::value).containsExactly("1", null);
    }

    @Test
    void schemas_areFreshOnBothServers(TestingServers servers) throws SQLException {
        String old = servers.source().freshSchema();
        String renewed = servers.target().freshSchema();
        assertThat(old).isNotEqualTo(renewed);
        assertThat(servers.source().server().serverUuid())
                .isNotEqualTo(servers.target().server().serverUuid());
        try (Connection connection = servers.source().connect(old);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY)");
        }
        assertThat(servers.source().value("SELECT COUNT(*) FROM " + old + ".t")).isEqualTo("0");
    }

    @Test
    void openConnection_isSeen(TestingServers servers) throws Exception {
        String schema = servers.source().freshSchema();
        try (Connection connection = servers.source().connect(schema)) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(servers.clients()).anyMatch(client -> client.contains(" to " + schema));
        }
        Eventually.eventually(
                SOON,
                "no client in " + schema,
                () -> servers.clients().stream().noneMatch(client -> client.contains(" to " + schema)));
    }

    @Test
    void child_isFrozenThawedAndKilled() throws Exception {
        try (ChildJvm child = ChildJvm.of(Ticking.class, directory.resolve("log"))
                .arguments("tick")
                .environment("TESTING_WORD", "tock")
                .start()) {
            assertThat(child.awaitLogLine("tick tock", SOON)).isEqualTo("tick tock 0");
            child.sigstop();
            String log = child.log();
            Thread.sleep(200);
            // One line may have been on its way when the signal came.
            assertThat(child.log().lines().count() - log.lines().count()).isLessThanOrEqualTo(1);
            child.sigcont();
            child.awaitLogLine("tick tock " + (log.lines().count() + 5), SOON);
            child.kill9();
            assertThat(child.exitCode(SOON)).isEqualTo(137);
            assertThatThrownBy(() -> child.awaitLogLine("never", SOON)).hasMessageContaining("ended with 137");
        }
    }

    /** Prints a line every few milliseconds. */
    static final class Ticking {

        private Ticking() {}

        public static void main(String[] arguments) throws Exception {
            for (int i = 0; ; i++) {
                System.out.println(arguments[0] + " " + System.getenv("TESTING_WORD") + " " + i);
                Thread.sleep(10);
            }
        }
    }
}
