package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.apply.target.Replay;
import io.changeover.apply.target.StoppedTables;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From messages on a topic to rows of the new table. */
@WithServers
@Timeout(120)
class ChangeTopologyIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final TestingServers servers;
    private final String schema;

    ChangeTopologyIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target()
                .execute("CREATE TABLE " + schema + ".t_order (id INT PRIMARY KEY, name VARCHAR(40), note TEXT)");
    }

    @Test
    void messages_becomeRows() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(
                    old,
                    old.insert("1", "one", null),
                    old.insert("2", "two", "it's \\ \"quoted\" \uD83D\uDE00"),
                    old.insert("3", "three", ""),
                    old.update(Row.of("1", "one", null), "1", "uno", "changed"),
                    old.delete("3", "three", ""));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT * FROM " + schema + ".t_order ORDER BY id"))
                    .containsExactly(
                            List.of("1", "uno", "changed"), List.of("2", "two", "it's \\ \"quoted\" \uD83D\uDE00"));
            assertThat(apply.status().ready()).isTrue();
            assertThat(apply.states().get(0).counts().deleted()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void wholeTopicReplayed_changesNothing() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        List<ChangeEvent> events = new ArrayList<>();
        for (int id = 0; id < 300; id++) {
            events.add(old.insert("" + id, "first", null));
        }
        for (int id = 0; id < 300; id += 2) {
            events.add(old.update(Row.of("" + id, "first", null), "" + id, "second", "n"));
        }
        for (int id = 0; id < 300; id += 3) {
            events.add(old.delete("" + id, "x", null));
        }
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"))) {
            String content = "SELECT id, name, note, HEX(changeover_version) FROM " + schema + ".t_order ORDER BY id";
            List<List<String>> rows;
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                fixture.send(old, events);
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
                rows = fixture.rows(content);
                assertThat(rows).hasSize(200);
            }
            // as replay does, while nobody applies
            servers.target()
                    .execute("UPDATE changeover.progress SET next_offset = 0 WHERE pipeline = '"
                            + fixture.pipeline().name() + "'");
            servers.target().execute("FLUSH BINARY LOGS");
            String log = servers.target().rows("SHOW MASTER STATUS").get(0).get(0);
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
                assertThat(apply.states().get(0).counts().parked()).isZero();
            }
            assertThat(fixture.rows(content)).isEqualTo(rows);
            List<List<String>> changes = fixture.rows("SHOW BINLOG EVENTS IN '" + log + "'").stream()
                    .filter(event -> event.get(2).equals("Table_map"))
                    .filter(event -> event.get(5).contains(schema))
                    .toList();
            assertThat(changes).as("row changes of the new table").isEmpty();
        }
    }

    @Test
    void topicMadeAgain_stopsUntilItIsReplayed() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"))) {
            fixture.send(old, old.insert("1", "one", null));
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            String topic = fixture.topic();
            String id;
            try (Admin admin =
                    Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
                admin.deleteTopics(List.of(topic)).all().get();
                eventually(
                        LIMIT,
                        "topic is gone",
                        () -> !admin.listTopics().names().get().contains(topic));
                servers.kafka().createTopic(topic, ApplyFixture.PARTITIONS);
                id = TopicIdentity.of(admin, topic).id();
            }
            fixture.send(old, old.insert("2", "two", null));
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                assertThatThrownBy(() -> apply.stopped().get(40, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(ChangeoverException.class)
                        .hasMessageContaining("[19]");
                assertThat(apply.status().ready()).isFalse();
            }
            try (Connection connection = servers.target().connect("")) {
                for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                    Replay.moveTo(connection, fixture.pipeline().name(), fixture.feed(), partition, id, 0);
                }
            }
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                eventually(
                        LIMIT,
                        () -> apply.states().toString(),
                        () -> fixture.rows("SELECT id FROM " + schema + ".t_order ORDER BY id")
                                .equals(List.of(List.of("1"), List.of("2"))));
            }
        }
    }

    @Test
    void stopThatAnotherInstanceLeft_isRemovedByWhoeverApplies() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert("1", "one", null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            StoppedTables stops = new StoppedTables(
                    MySqlServer.of(fixture.pipeline().target("shop").server(), "test"),
                    fixture.pipeline().name(),
                    fixture.feed());
            Problem drift = new Problem(ExitCode.SCHEMA_DRIFT, "t_order", "no column", "add it");
            stops.put(drift);
            String since = "SELECT since FROM changeover.stopped WHERE feed = '" + fixture.feed() + "'";
            List<List<String>> first = fixture.rows(since);
            stops.put(drift);
            assertThat(fixture.rows(since)).as("the same problem again").isEqualTo(first);
            stops.put(new Problem(ExitCode.SCHEMA_DRIFT, "t_order", "no table", "make it"));
            assertThat(fixture.rows(since)).as("another problem").hasSize(1).isNotEqualTo(first);
            assertThat(apply.status().ready()).isTrue();
            eventually(
                    LIMIT, () -> apply.states().toString(), () -> stops.find().isEmpty());
            assertThat(apply.status().ready()).isTrue();
        }
    }

    @Test
    void targetThatCrashes_isWaitedFor() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            List<ChangeEvent> events = new ArrayList<>();
            for (int id = 0; id < 3000; id++) {
                events.add(old.insert("" + id, "n", null));
            }
            fixture.send(old, events.subList(0, 1000));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            fixture.send(old, events.subList(1000, 2000)); // some of it may be in a transaction now
            servers.target().server().kill9();
            try {
                fixture.send(old, events.subList(2000, 3000));
                eventually(
                        LIMIT,
                        () -> apply.states().toString(),
                        () -> apply.status().problems().stream()
                                .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE));
                assertThat(apply.status().ready()).isFalse();
            } finally {
                servers.target().server().start();
            }
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            eventually(
                    LIMIT, () -> apply.states().toString(), () -> apply.status().ready());
            assertThat(fixture.rows("SELECT COUNT(*) FROM " + schema + ".t_order"))
                    .containsExactly(List.of("3000"));
        }
    }

    @Test
    void messagesThatAreNone_areParkedAndThePartitionGoesOn() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "name varchar(40)", "note text");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t_order"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            byte[] key = "k".getBytes(StandardCharsets.UTF_8);
            fixture.producer()
                    .send(new ProducerRecord<>(fixture.topic(), key, "{ no json".getBytes(StandardCharsets.UTF_8)))
                    .get();
            fixture.sentOne();
            fixture.producer()
                    .send(new ProducerRecord<>(fixture.topic(), key, null))
                    .get();
            fixture.sentOne();
            fixture.send(old, old.insert("1001", "x".repeat(41), null), old.insert("1002", "good", null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT id FROM " + schema + ".t_order")).containsExactly(List.of("1002"));
            assertThat(fixture.rows("SELECT kind, reason FROM changeover.deferred WHERE topic = '" + fixture.topic()
                            + "' ORDER BY reason"))
                    .satisfiesExactly(
                            row -> assertThat(row.get(1)).contains("Data too long for column 'name'"),
                            row -> assertThat(row.get(1)).startsWith("NOT_JSON"));
            // a newer good event supersedes the parked one
            fixture.send(old, old.insert("1001", "fits", null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT COUNT(*) FROM changeover.deferred WHERE topic = '" + fixture.topic() + "'"))
                    .containsExactly(List.of("1"));
            assertThat(fixture.rows("SELECT COUNT(*) FROM " + schema + ".t_order"))
                    .containsExactly(List.of("2"));
        }
    }
}
