package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.capture.group.Membership;
import io.changeover.capture.group.Standing;
import io.changeover.capture.group.Standing.Role;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several captures of one source, while the application writes: one publishes, and what it has not published another one does. */
@WithServers
@Timeout(240)
class StandbyIT {

    private final TestingServers servers;
    private final TestingMySql mysql;

    StandbyIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @Test
    void leadGoesFromOneToTheNext_everyRowIsPublishedOnce() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY AUTO_INCREMENT)");
        try (CapturedSource source =
                        new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t");
                DeafMember deaf = new DeafMember(source.settings());
                Capture second = new Capture(source.settings(), () -> deaf);
                Capture third = new Capture(source.settings());
                Inserts inserts = new Inserts(mysql, schema)) {
            source.start();
            source.awaitRunning();
            inserts.start();
            second.start();
            awaitPhase(second, "standby");

            source.capture().close(); // hands over
            awaitPhase(second, "streaming");
            third.start();
            awaitPhase(third, "standby");
            int before = source.records("t").size();
            Eventually.eventually(
                    CapturedSource.SOON,
                    "the second publishes",
                    () -> source.records("t").size() > before);

            deaf.vanish(); // and its run goes on: a zombie
            awaitPhase(third, "streaming");
            Eventually.eventually(
                    CapturedSource.SOON,
                    "the zombie ends",
                    () -> second.stopped().isCompletedExceptionally());
            assertThat(second.status().problems().get(0).code().number()).isEqualTo(16);

            expelAll(source.settings().group()); // alone, it gets the lead back
            awaitPhase(third, "joining", "starting");
            awaitPhase(third, "streaming");

            int written = inserts.stop();
            source.awaitEvents("t", written);
            List<ChangeEvent> events = source.events("t");
            assertThat(events).as("no row lost, none twice").hasSize(written);
            assertThat(events.stream().map(event -> event.version().toString())).doesNotHaveDuplicates();
            assertThat(source.applied("t")).hasSize(written);
        }
    }

    /** The rows of a stopped capture are there to be read: they must come once, from who runs next. */
    @Test
    void rehearsalReadsWhatIsToCome_andPublishesNothing() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (1)");
            source.awaitEvents("t", 1);
            try (Rehearsal rehearsal = new Rehearsal(source.settings())) {
                rehearsal.start();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (2)");
                source.awaitEvents("t", 2); // nobody was fenced
                awaitEnd("rehearsal-legacy");
            }
            source.capture().close();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (3)");
            Map<TopicPartition, Long> before = ends(source.settings());
            try (Rehearsal rehearsal = new Rehearsal(source.settings())) {
                rehearsal.start();
                awaitEnd("rehearsal-legacy");
            }
            assertThat(ends(source.settings())).isEqualTo(before);
            source.restart();
            source.awaitEvents("t", 3);
            assertThat(source.texts("t")).containsExactly("INSERT [1]", "INSERT [2]", "INSERT [3]");
        }
    }

    @Test
    void captureThatDoesNotEnd_leavesItsGroup() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
        SoleMember member = new SoleMember();
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                CapturedSource source = new CapturedSource(
                        servers.kafka(),
                        new ServerAccess(
                                "127.0.0.1", deaf.getLocalPort(), "root", Secret.of(""), TlsMode.DISABLED, null),
                        servers.freshName(),
                        schema,
                        StartMode.now(),
                        "t")) {
            Capture stuck = new Capture(source.settings(), () -> member);
            stuck.start();
            try (Socket asked = deaf.accept()) {
                stuck.close();
                assertThat(asked.isClosed())
                        .as("no interrupt ends the wait for a greeting")
                        .isFalse();
                assertThat(member.left).isTrue();
                assertThat(stuck.stopped().isDone()).as("it is still stuck").isFalse();
            }
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "ended: " + stuck.status(),
                    () -> stuck.stopped().isDone());
        }
    }

    private static void awaitEnd(String thread) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                "the end of " + thread,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(live -> live.getName().equals(thread)));
    }

    /** The end offsets of everything that the capture writes. */
    private Map<TopicPartition, Long> ends(CaptureSettings settings) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                servers.kafka().clientConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(settings.topicSpecs().stream()
                    .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList());
        }
    }

    private static void awaitPhase(Capture capture, String... phases) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> String.join(" or ", phases) + ": " + capture.status(),
                () -> List.of(phases).contains(capture.status().phase()));
    }

    private void expelAll(String group) throws Exception {
        try (Admin admin = Admin.create(servers.kafka().clientConfig())) {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }
    }

    /** Rows, each a transaction, until it is stopped. */
    private static final class Inserts implements AutoCloseable {

        private final TestingMySql mysql;
        private final String schema;
        private final Thread thread = new Thread(this::run, "inserts");
        private volatile boolean stopping;
        private volatile int written;

        Inserts(TestingMySql mysql, String schema) {
            this.mysql = mysql;
            this.schema = schema;
        }

        void start() {
            thread.start();
        }

        private void run() {
            try (Connection connection = mysql.connect(schema);
                    Statement statement = connection.createStatement()) {
                for (int rows = 1; !stopping; rows++) {
                    statement.execute("INSERT INTO t VALUES ()");
                    written = rows;
                    Thread.sleep(2);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int stop() throws InterruptedException {
            stopping = true;
            thread.join();
            return written;
        }

        @Override
        public void close() {
            stopping = true;
        }
    }

    /** A member of a group of its own. */
    private static final class SoleMember implements Membership {

        private volatile boolean left;

        @Override
        public Standing join() {
            return Standing.first().become(Role.LEADER);
        }

        @Override
        public void close() {
            left = true;
        }
    }

    /** A member whom the group loses when it vanishes, and who does not notice that it has lost the lead. */
    private static final class DeafMember implements Membership, ConsumerRebalanceListener {

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final String topic;
        private final Thread thread = new Thread(this::poll, "deaf-member");
        private volatile boolean vanished;
        private Standing standing = Standing.first();

        DeafMember(CaptureSettings settings) {
            topic = settings.sourceTopics().progress();
            consumer = new KafkaConsumer<>(
                    Map.of(
                            "bootstrap.servers",
                            settings.kafka().bootstrapServers(),
                            "group.id",
                            settings.group(),
                            "session.timeout.ms",
                            6_000,
                            "heartbeat.interval.ms",
                            500,
                            "auto.offset.reset",
                            "earliest",
                            "enable.auto.commit",
                            false,
                            "partition.assignment.strategy",
                            CooperativeStickyAssignor.class.getName()),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
        }

        @Override
        public Standing join() {
            Standing first = standing;
            thread.start();
            return first;
        }

        private void poll() {
            consumer.subscribe(List.of(topic), this);
            while (!vanished) {
                consumer.poll(Duration.ofMillis(50));
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (standing.role() != Role.LEADER) { // told of what is added only
                standing = standing.become(partitions.isEmpty() ? Role.STANDBY : Role.LEADER);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        void vanish() throws InterruptedException {
            vanished = true;
            thread.join();
            consumer.close(
                    CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        }

        @Override
        public void close() {
            vanished = true;
        }
    }
}
