package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.TcpProxy;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A target, a topic and a group that change under apply: it waits, or it stops with the right code, and nothing is wrong. */
@WithServers
@Timeout(180)
class TroubledTargetIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestingServers servers;
    private final String schema;
    private final OldTable old = new OldTable("t", 1, 1, "id int", "v varchar(40)");

    TroubledTargetIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        create();
    }

    private void create() {
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, v VARCHAR(40))");
    }

    @Test
    void readOnlyTarget_isWaitedFor() throws Exception {
        try (ApplyFixture fixture = fixture();
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, inserts(0, 10));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            servers.target().execute("SET GLOBAL super_read_only = 1");
            try {
                fixture.send(old, inserts(10, 20));
                awaitProblem(apply, ExitCode.UNREACHABLE, "read-only");
                assertThat(apply.status().ready()).isFalse();
            } finally {
                servers.target().execute("SET GLOBAL super_read_only = 0", "SET GLOBAL read_only = 0");
            }
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            eventually(
                    LIMIT, () -> apply.states().toString(), () -> apply.status().ready());
            requireRows(20);
        }
    }

    /** The server has committed, and says so to nobody. */
    @Test
    void commitOfUnknownOutcome_isHarmless() throws Exception {
        TargetHistory binlog = new TargetHistory(
                        servers.target().server(),
                        Map.of(schema + ".t", new TargetHistory.Place(schema + ".t", "id")),
                        true)
                .fromNow();
        try (TcpProxy proxy = new TcpProxy("127.0.0.1", servers.target().port());
                ApplyFixture fixture = new ApplyFixture(servers, pipeline(proxy.port()), ApplyFixture.PARTITIONS);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, inserts(0, 100));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            for (int round = 0; round < 2; round++) {
                proxy.cutReplies("commit", 1);
                List<ChangeEvent> changes = new ArrayList<>();
                for (int id = 0; id < 100; id++) {
                    String before = round == 0 ? "v" + id : "r" + (round - 1);
                    changes.add(old.update(Row.of("" + id, before), "" + id, "r" + round));
                }
                fixture.send(old, changes);
                eventually(LIMIT, "a commit is not answered", () -> proxy.repliesToCut() == 0);
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            assertThat(fixture.rows("SELECT COUNT(*) FROM " + schema + ".t WHERE v = 'r1'"))
                    .containsExactly(List.of("100"));
        }
        assertThat(binlog.violations()).isEmpty();
        assertThat(binlog.changes()).as("nothing is written twice").isEqualTo(300);
    }

    @Test
    void droppedTable_stopsBeforeItsPlaceMovesOn() throws Exception {
        try (ApplyFixture fixture = fixture();
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, inserts(0, 10));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            servers.target().execute("DROP TABLE " + schema + ".t");
            fixture.send(old, inserts(10, 20));
            awaitProblem(apply, ExitCode.SCHEMA_DRIFT, schema + ".t");
            assertThat(fixture.applied()).isEqualTo(10);
        }
    }

    @Test
    void columnThatMustBeGiven_stopsBeforeAnythingIsWritten() throws Exception {
        try (ApplyFixture fixture = fixture();
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, inserts(0, 10));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            servers.target().execute("ALTER TABLE " + schema + ".t ADD COLUMN needed INT NOT NULL");
            fixture.send(old, inserts(10, 20));
            awaitProblem(apply, ExitCode.SCHEMA_DRIFT, "needed");
            assertThat(fixture.applied()).isEqualTo(10);
        }
    }

    @Test
    void morePartitions_stopTheTable() throws Exception {
        try (ApplyFixture fixture = fixture();
                Admin admin = admin();
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, inserts(0, 10));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            admin.createPartitions(Map.of(fixture.topic(), NewPartitions.increaseTo(ApplyFixture.PARTITIONS + 1)))
                    .all()
                    .get();
            awaitProblem(apply, ExitCode.TOPIC_CHANGED, "4 partitions instead of 3");
        }
    }

    @Test
    void changesThatTheTopicNoLongerHas_stopTheTable_andTheGroupsOffsetsDecideNothing() throws Exception {
        try (ApplyFixture fixture = fixture();
                Admin admin = admin()) {
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                fixture.send(old, inserts(0, 50));
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            String group = fixture.pipeline().applicationId(fixture.table());
            eventually(LIMIT, "the group's offsets are deleted", () -> {
                admin.deleteConsumerGroups(List.of(group)).all().get();
                return true;
            });
            TargetHistory binlog = new TargetHistory(
                            servers.target().server(),
                            Map.of(schema + ".t", new TargetHistory.Place(schema + ".t", "id")),
                            true)
                    .fromNow();
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                fixture.send(old, inserts(50, 60));
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            assertThat(binlog.violations()).isEmpty();
            assertThat(binlog.changes()).as("only what is new is applied").isEqualTo(10);

            fixture.send(old, inserts(60, 100));
            for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                TopicPartition place = new TopicPartition(fixture.topic(), partition);
                admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(-1)))
                        .all()
                        .get();
            }
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                awaitProblem(apply, ExitCode.TOPIC_CHANGED, "changes are lost");
            }
            requireRows(60);
        }
    }

    @Test
    void oneOfThreeThatComesAndGoes_doesNotKeepTheOthersFromApplying() throws Exception {
        try (ApplyFixture fixture = fixture();
                Apply one = new Apply(fixture.pipeline());
                Apply two = new Apply(fixture.pipeline())) {
            one.start();
            two.start();
            fixture.send(old, inserts(0, 200));
            for (int round = 1; round <= 2; round++) {
                try (Apply flapping = new Apply(fixture.pipeline())) {
                    flapping.start();
                    fixture.send(old, inserts(200 * round, 200 * (round + 1)));
                    eventually(
                            LIMIT,
                            () -> flapping.states().toString(),
                            () -> flapping.status().ready());
                }
            }
            eventually(LIMIT, () -> one.states() + " " + two.states(), fixture::isApplied);
            requireRows(600);
        }
    }

    private ApplyFixture fixture() {
        return new ApplyFixture(servers, ApplyFixture.copying(schema, "t"));
    }

    private PipelineDefinition pipeline(int port) {
        return ApplyFixture.pipeline(
                servers.kafka().bootstrapServers(),
                port,
                servers.freshName(),
                List.of(ApplyFixture.copying(schema, "t")));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()));
    }

    private List<ChangeEvent> inserts(int from, int to) {
        List<ChangeEvent> inserts = new ArrayList<>();
        for (int id = from; id < to; id++) {
            inserts.add(old.insert("" + id, "v" + id));
        }
        return inserts;
    }

    private void requireRows(int count) {
        assertThat(servers.target().value("SELECT COUNT(*) FROM " + schema + ".t"))
                .isEqualTo("" + count);
    }

    private static void awaitProblem(Apply apply, ExitCode code, String text) throws Exception {
        eventually(LIMIT, () -> apply.states().toString(), () -> {
            List<Problem> problems = apply.status().problems();
            return problems.stream()
                    .anyMatch(problem ->
                            problem.code() == code && problem.toString().contains(text));
        });
    }
}
