package io.changeover.apply.target;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.Apply;
import io.changeover.apply.ApplyFixture;
import io.changeover.apply.OldTable;
import io.changeover.apply.TopicIdentity;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tombstone goes when it is old, its messages are gone, and nothing older waits; never when one of the three does not hold. */
@WithServers
@Timeout(180)
class TombstonePurgeIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration WEEK = Duration.ofDays(7);

    private final TestingServers servers;
    private final String schema;

    TombstonePurgeIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(5))");
    }

    @Test
    void onlyWhatNothingCanUndo_isForgotten_andAReplayBringsNothingBack() throws Exception {
        OldTable old = new OldTable("t", 1, 1, "id int", "name varchar(40)");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"));
                Admin admin =
                        Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                fixture.send(
                        old,
                        old.insert("1", "a"),
                        old.delete("1", "a"),
                        old.insert("2", "a"),
                        old.delete("2", "a"),
                        old.insert("9", "too long"),
                        old.insert("3", "a"),
                        old.delete("3", "a"));
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            String of = " WHERE topic = '" + fixture.topic() + "'";
            assertThat(buried(fixture)).containsExactly("1", "2", "3");
            servers.target()
                    .execute("UPDATE changeover.tombstone SET made_at = NOW(6) - INTERVAL 8 DAY" + of
                            + " AND key_text <> '2'");
            String topicId = TopicIdentity.of(admin, fixture.topic()).id();
            TombstonePurge purge = new TombstonePurge(
                    MySqlServer.of(fixture.pipeline().target("shop").server(), "test"),
                    fixture.pipeline().name(),
                    fixture.topic(),
                    fixture.feed(),
                    topicId,
                    new TableName(schema, "t"),
                    WEEK);

            List<String> place = fixture.rows(
                            "SELECT `partition`, `offset` FROM changeover.tombstone" + of + " AND key_text = '1'")
                    .get(0);
            int partition = Integer.parseInt(place.get(0));
            long offset = Long.parseLong(place.get(1));
            Map<Integer, Long> starts = new HashMap<>(Map.of(0, 1000L, 1, 1000L, 2, 1000L));
            starts.put(partition, offset);
            assertThat(run(purge, starts)).as("the message is still there").isZero();
            starts.put(partition, 1000L);
            try (Connection owner = servers.target().connect("")) {
                owner.setAutoCommit(false);
                owner.createStatement()
                        .execute("UPDATE changeover.progress SET counter = counter + 1 WHERE feed = '" + fixture.feed()
                                + "'");
                assertThat(run(purge, starts)).as("the owner is writing").isZero();
                owner.rollback();
            }
            assertThat(run(purge, starts)).isEqualTo(1);
            assertThat(buried(fixture)).as("2 is young, 9 is older than 3").containsExactly("2", "3");

            admin.deleteRecords(Map.of(
                            new TopicPartition(fixture.topic(), partition), RecordsToDelete.beforeOffset(offset + 1)))
                    .all()
                    .get();
            try (Connection connection = servers.target().connect("")) {
                for (int each = 0; each < ApplyFixture.PARTITIONS; each++) {
                    long start = each == partition ? offset + 1 : 0;
                    Replay.moveTo(connection, fixture.pipeline().name(), fixture.feed(), each, topicId, start);
                }
            }
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            assertThat(fixture.rows("SELECT id FROM " + schema + ".t")).isEmpty();
            servers.target().execute("DELETE FROM changeover.deferred" + of);
            assertThat(run(purge, starts)).as("9 was given up").isEqualTo(1);
            assertThat(buried(fixture)).containsExactly("2");
        }
    }

    private long run(TombstonePurge purge, Map<Integer, Long> starts) throws Exception {
        return purge.run(new TableName(schema, "t"), starts, () -> false);
    }

    private static List<String> buried(ApplyFixture fixture) {
        return fixture
                .rows("SELECT key_text FROM changeover.tombstone WHERE topic = '" + fixture.topic()
                        + "' ORDER BY key_text")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }
}
