package io.changeover.apply.target;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.apply.ApplyFixture;
import io.changeover.apply.OldTable;
import io.changeover.apply.guard.FencedException;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.stream.BatchTarget.Claim;
import io.changeover.apply.stream.Received;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches as a stream thread hands them over, on a real server that gets in the way. */
@WithServers
@Timeout(60)
class MySqlBatchTargetIT {

    private final TestingServers servers;
    private final String schema;
    private final OldTable old = new OldTable("t", 1, 1, "id int", "name varchar(40)");

    MySqlBatchTargetIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(5))");
    }

    @Test
    void deadlock_isTriedAgain() throws Exception {
        ApplyCounts counts = new ApplyCounts();
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"));
                MySqlBatchTarget target = target(fixture, counts);
                Connection other = servers.target().connect(schema);
                Statement session = other.createStatement()) {
            write(target, old.insert("1", "a"), old.insert("2", "a"));
            // MySQL gives up the transaction that changed less
            session.execute("CREATE TABLE ballast (id INT PRIMARY KEY)");
            other.setAutoCommit(false);
            session.execute("INSERT INTO ballast WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                    + " i < 500) SELECT i FROM n");
            session.execute("UPDATE t SET name = 'other' WHERE id = 2");
            CompletableFuture<Void> batch = CompletableFuture.runAsync(() ->
                    write(target, old.update(Row.of("1", "a"), "1", "b"), old.update(Row.of("2", "a"), "2", "b")));
            eventually(
                    Duration.ofSeconds(15),
                    "the batch waits for the row of the other session",
                    () -> servers.target()
                            .value("SELECT COUNT(*) FROM performance_schema.data_lock_waits w JOIN"
                                    + " performance_schema.data_locks l ON l.engine_lock_id ="
                                    + " w.requesting_engine_lock_id WHERE l.object_schema = '" + schema + "'")
                            .equals("1"));
            session.execute("UPDATE t SET name = 'other' WHERE id = 1");
            other.commit();
            batch.get(30, TimeUnit.SECONDS);
            assertThat(counts.snapshot().retried()).isEqualTo(1);
            assertThat(fixture.rows("SELECT id, name FROM " + schema + ".t ORDER BY id"))
                    .containsExactly(List.of("1", "b"), List.of("2", "b"));
        }
    }

    @Test
    void rowThatIsRefused_stopsTheTableThatWantsIt_andNothingOfItsBatchIsWritten() throws Exception {
        try (ApplyFixture fixture = new ApplyFixture(servers, stopping(OnError.STOP, OnCollision.PARK));
                MySqlBatchTarget target = target(fixture, new ApplyCounts())) {
            assertThatThrownBy(() -> write(target, old.insert("1", "fits"), old.insert("2", "too long")))
                    .isInstanceOf(ChangeoverException.class)
                    .hasMessageContaining("[20]")
                    .hasMessageContaining("(onError: stop)")
                    .hasMessageContaining("Data too long for column 'name'");
            assertThat(fixture.rows("SELECT id FROM " + schema + ".t")).isEmpty();
            assertThat(fixture.applied()).isZero();
            write(target, old.insert("1", "fits"), old.insert("2", "short"));
            assertThat(fixture.rows("SELECT id FROM " + schema + ".t ORDER BY id"))
                    .containsExactly(List.of("1"), List.of("2"));
        }
    }

    @Test
    void rowOfAnotherSource_stopsTheTableThatWantsIt_andIsLeftAsItIs() throws Exception {
        OldTable other = new OldTable("t", 2, 1, "id int", "name varchar(40)");
        try (ApplyFixture fixture = new ApplyFixture(servers, stopping(OnError.PARK, OnCollision.STOP));
                MySqlBatchTarget target = target(fixture, new ApplyCounts())) {
            write(target, other.insert("7", "its"));
            assertThatThrownBy(() -> write(target, old.insert("1", "free"), old.insert("7", "ours")))
                    .isInstanceOf(ChangeoverException.class)
                    .hasMessageContaining("[20] topic-0@2: ")
                    .hasMessageContaining("a row of key [7] from another source (onCollision: stop)");
            assertThat(fixture.rows("SELECT id, name FROM " + schema + ".t")).containsExactly(List.of("7", "its"));
            write(target, other.delete("7", "its"));
            write(target, old.insert("7", "ours"));
            assertThat(fixture.rows("SELECT id, name FROM " + schema + ".t")).containsExactly(List.of("7", "ours"));
        }
    }

    @Test
    void rowOfAnotherSource_waitsWhileThePreferredOneIsThere_andIsWrittenAsItWas() throws Exception {
        servers.target()
                .execute("ALTER TABLE " + schema
                        + ".t ADD bits BIT(9) DEFAULT b'101', ADD raw VARBINARY(4) DEFAULT 0x00ff27,"
                        + " ADD f FLOAT DEFAULT 0.1, ADD twice INT AS (id * 2)");
        OldTable other = new OldTable("t", 2, 1, "id int", "name varchar(40)");
        OnCollision prefer = OnCollision.parse("prefer legacy");
        TableDefinition preferred = definition("legacy", OnError.PARK, prefer);
        TableDefinition waiting = definition("elsewhere", OnError.PARK, prefer);
        String row = "SELECT id, name, bits + 0, HEX(raw), f, twice FROM " + schema + ".t";
        try (ApplyFixture fixture = new ApplyFixture(servers, preferred);
                MySqlBatchTarget ours = target(fixture, preferred, "topic");
                MySqlBatchTarget theirs = target(fixture, waiting, "topic2")) {
            write(theirs, "topic2", other.insert("7", "its"));
            write(ours, "topic", old.insert("7", "ours"));
            assertThat(fixture.rows(row)).containsExactly(List.of("7", "ours", "5", "00FF27", "0.1", "14"));
            assertThat(fixture.rows("SELECT kind, source FROM changeover.deferred d JOIN changeover.target t"
                            + " ON t.id = d.target WHERE table_schema = '" + schema + "'"))
                    .containsExactly(List.of("collision", "2"));
            write(ours, "topic", old.delete("7", "ours"));
            ours.retryHeld();
            assertThat(fixture.rows(row)).containsExactly(List.of("7", "its", "5", "00FF27", "0.1", "14"));
            write(theirs, "topic2", other.delete("7", "its"));
            assertThat(fixture.rows(row)).isEmpty();
        }
    }

    @Test
    void whoeverAppliesATopicToATable_fencesTheOthers_whateverTheirPartIsCalled() throws Exception {
        TableDefinition plain = entry("t", null);
        try (ApplyFixture fixture = new ApplyFixture(servers, plain);
                MySqlBatchTarget first = target(fixture, plain, "topic");
                MySqlBatchTarget second = target(fixture, entry("t", "x"), "topic")) {
            Claim began = claim(first);
            write(first, began, "topic", old.insert("1", "a"));
            Claim taken = claim(second);
            assertThat(taken.nextOffset()).isEqualTo(1);
            Claim lost = new Claim(1, began.epoch());
            assertThatThrownBy(() -> write(first, lost, "topic", old.insert("2", "lost")))
                    .isInstanceOf(FencedException.class);
            write(second, taken, "topic", old.insert("2", "b"));
            assertThat(fixture.rows("SELECT id, name FROM " + schema + ".t ORDER BY id"))
                    .containsExactly(List.of("1", "a"), List.of("2", "b"));
        }
    }

    @Test
    void anotherTarget_beginsAtTheBeginning() throws Exception {
        servers.target().execute("CREATE TABLE " + schema + ".t_größer (id INT PRIMARY KEY, name VARCHAR(5))");
        TableDefinition one = entry("t", "x");
        TableDefinition other = entry("t_größer", "x");
        try (ApplyFixture fixture = new ApplyFixture(servers, one);
                MySqlBatchTarget before = target(fixture, one, "topic");
                MySqlBatchTarget after = target(fixture, other, "topic")) {
            write(before, old.insert("1", "a"));
            assertThat(claim(after).nextOffset()).isZero();
            assertThat(claim(before).nextOffset()).isEqualTo(1);
            assertThat(fixture.rows("SELECT feed FROM changeover.progress WHERE pipeline = '"
                            + fixture.pipeline().name() + "' ORDER BY feed"))
                    .containsExactly(List.of("topic>" + schema + ".t"), List.of("topic>" + schema + ".t_größer"));
        }
    }

    private TableDefinition stopping(OnError onError, OnCollision onCollision) {
        return definition("legacy", onError, onCollision);
    }

    private TableDefinition entry(String target, @Nullable String part) {
        return definition("legacy", OnError.PARK, OnCollision.PARK, target, part);
    }

    private TableDefinition definition(String source, OnError onError, OnCollision onCollision) {
        return definition(source, onError, onCollision, "t", null);
    }

    private TableDefinition definition(
            String source, OnError onError, OnCollision onCollision, String target, @Nullable String part) {
        TableDefinition copying = ApplyFixture.copying(schema, target);
        return new TableDefinition(
                source,
                copying.source(),
                copying.targetName(),
                copying.target(),
                Map.of(),
                null,
                null,
                null,
                onError,
                null,
                List.of(),
                TableDefinition.PARK_LIMIT,
                OnDdl.IGNORE,
                List.of(),
                onCollision,
                part);
    }

    private MySqlBatchTarget target(ApplyFixture fixture, ApplyCounts counts) throws Exception {
        return target(fixture, fixture.table(), "topic", counts);
    }

    private MySqlBatchTarget target(ApplyFixture fixture, TableDefinition table, String topic) throws Exception {
        return target(fixture, table, topic, new ApplyCounts());
    }

    private MySqlBatchTarget target(ApplyFixture fixture, TableDefinition table, String topic, ApplyCounts counts)
            throws Exception {
        MySqlServer server = MySqlServer.of(fixture.pipeline().target("shop").server(), "test");
        try (Connection connection = server.connect()) {
            MetadataSchema.prepareTable(
                    connection, TargetTable.read(connection, table.target()).orElseThrow());
        }
        return new MySqlBatchTarget(
                new TargetTask(
                        fixture.pipeline().name(),
                        topic,
                        "id",
                        table,
                        Map.of(topic, table),
                        Map.of("shop", new TargetAccess(server, VersionStore.COLUMN))),
                counts);
    }

    private void write(MySqlBatchTarget target, ChangeEvent... events) {
        write(target, "topic", events);
    }

    private void write(MySqlBatchTarget target, String topic, ChangeEvent... events) {
        write(target, claim(target), topic, events);
    }

    private static Claim claim(MySqlBatchTarget target) {
        return Objects.requireNonNull(target.claim(0, 0, 1000));
    }

    private void write(MySqlBatchTarget target, Claim claim, String topic, ChangeEvent... events) {
        List<Received> batch = new ArrayList<>();
        for (ChangeEvent event : events) {
            batch.add(new Received(topic, 0, claim.nextOffset() + batch.size(), old.encode(event), null, null));
        }
        target.write(
                List.of(new ProgressStep(
                        topic, 0, claim.nextOffset(), claim.nextOffset() + events.length, claim.epoch())),
                batch);
    }
}
