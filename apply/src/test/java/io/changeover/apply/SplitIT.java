package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.target.Replay;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One old table whose columns go to three new ones, on two servers: each is a way of its own from the same topic. */
@WithServers
@Timeout(180)
class SplitIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PARTS = 3;

    private final TestingServers servers;
    private final String schema;
    private final OldTable old =
            new OldTable("t_order", 1, 1, "id int", "user_id int", "code varchar(10)", "note varchar(20)");
    private final Random random = new Random(5);
    private final Map<Integer, Row> rows = new TreeMap<>();

    SplitIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target()
                .execute(
                        "CREATE TABLE " + schema + ".orders (id INT PRIMARY KEY, user_id INT)",
                        "CREATE TABLE " + schema + ".order_code (id INT PRIMARY KEY, code VARCHAR(10), UNIQUE (code))");
        servers.source()
                .execute(
                        "CREATE DATABASE " + schema,
                        "CREATE TABLE " + schema + ".order_note (order_id INT PRIMARY KEY, note VARCHAR(8) NOT NULL)");
    }

    @Test
    void eachPart_hasItsColumns_andAReplayOfItsOwn() throws Exception {
        try (ApplyFixture fixture = fixture(OnError.PARK)) {
            for (int round = 0; round < 3; round++) {
                try (Apply apply = new Apply(fixture.pipeline())) {
                    apply.start();
                    fixture.send(old, history(200));
                    if (round == 1) {
                        rewind(fixture, fixture.topic() + ">" + schema + ".order_code");
                    }
                    if (round == 2) {
                        fixture.send(old, mended());
                    }
                    eventually(LIMIT, () -> apply.states().toString(), () -> isApplied(fixture, PARTS));
                    eventually(LIMIT, () -> "codes wait", () -> waiting("order_code") == 0);
                }
                assertThat(orders()).isEqualTo(expected(1, false));
                assertThat(codes()).isEqualTo(expected(2, false));
            }
            assertThat(notes()).isEqualTo(expected(3, true));
        }
    }

    @Test
    void partThatStops_leavesTheOthersAlone() throws Exception {
        try (ApplyFixture fixture = fixture(OnError.STOP);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert("1", "7", "c", "much too long"), old.insert("2", "7", "d", "fits"));
            eventually(LIMIT, () -> apply.states().toString(), () -> isApplied(fixture, PARTS - 1));
            eventually(
                    LIMIT,
                    () -> apply.states().toString(),
                    () -> apply.states().stream()
                            .filter(state -> state.phase() == TableState.Phase.STOPPED)
                            .map(TableState::table)
                            .toList()
                            .equals(List.of("legacy.trade.t_order/notes")));
            assertThat(servers.source()
                            .rows("SELECT feed FROM changeover.stopped WHERE pipeline = '"
                                    + fixture.pipeline().name() + "'"))
                    .containsExactly(List.of(fixture.topic() + ">" + schema + ".order_note"));
        }
        assertThat(orders()).containsOnlyKeys(1, 2);
        assertThat(codes()).containsOnlyKeys(1, 2);
    }

    private ApplyFixture fixture(OnError onError) {
        PipelineDefinition one = ApplyFixture.sharded(
                servers.kafka().bootstrapServers(),
                servers.target().port(),
                servers.source().port(),
                servers.freshName(),
                part("shop", "orders", Map.of(), null, null, onError),
                VersionStore.COLUMN);
        List<TableDefinition> parts = List.of(
                one.tables().get(0),
                part("shop", "order_code", Map.of(), null, "codes", onError),
                part("shop2", "order_note", key("order_id", "id"), "note IS NOT NULL", "notes", onError));
        return new ApplyFixture(
                servers,
                new PipelineDefinition(
                        one.name(),
                        one.kafka(),
                        one.topics(),
                        one.sources(),
                        one.targets(),
                        parts,
                        List.of(),
                        one.reconcile(),
                        one.http()),
                ApplyFixture.PARTITIONS);
    }

    private static Map<String, MappingExpression> key(String column, String old) {
        return Map.of(column, MappingExpression.parse(old));
    }

    private TableDefinition part(
            String target,
            String table,
            Map<String, MappingExpression> key,
            @Nullable String where,
            @Nullable String part,
            OnError onError) {
        return new TableDefinition(
                "legacy",
                new TableName("trade", "t_order"),
                target,
                new TableName(schema, table),
                key,
                null,
                where == null ? null : MappingExpression.parse(where),
                null,
                onError,
                null,
                List.of(),
                TableDefinition.PARK_LIMIT,
                OnDdl.IGNORE,
                List.of(),
                OnCollision.PARK,
                part);
    }

    /** Codes are unique and wander from row to row. */
    private List<ChangeEvent> history(int changes) {
        List<ChangeEvent> events = new ArrayList<>();
        while (events.size() < changes) {
            int id = random.nextInt(30);
            Row before = rows.remove(id);
            if (before != null && random.nextInt(5) == 0) {
                events.add(old.delete(before.get(0), before.get(1), before.get(2), before.get(3)));
                continue;
            }
            String wanted = "c" + random.nextInt(20);
            boolean taken = rows.values().stream().anyMatch(row -> wanted.equals(row.get(2)));
            String note = List.of("short", "other", "much too long", "").get(random.nextInt(4));
            events.add(written(id, before, taken ? null : wanted, note.isEmpty() ? null : note));
        }
        return events;
    }

    private List<ChangeEvent> mended() {
        List<ChangeEvent> events = new ArrayList<>();
        Map.copyOf(rows).forEach((id, row) -> {
            if ("much too long".equals(row.get(3))) {
                events.add(written(id, row, row.get(2), "mended"));
            }
        });
        return events;
    }

    private ChangeEvent written(int id, @Nullable Row before, @Nullable String code, @Nullable String note) {
        String key = "" + id;
        String user = "" + random.nextInt(8);
        rows.put(id, Row.of(key, user, code, note));
        return before == null ? old.insert(key, user, code, note) : old.update(before, key, user, code, note);
    }

    private boolean isApplied(ApplyFixture fixture, int parts) {
        String sum = "SELECT COALESCE(SUM(next_offset), 0) FROM changeover.progress WHERE pipeline = '"
                + fixture.pipeline().name() + "'";
        long applied = Long.parseLong(servers.target().value(sum))
                + Long.parseLong(servers.source().value(sum));
        return applied == parts * fixture.sent();
    }

    private void rewind(ApplyFixture fixture, String feed) throws Exception {
        try (Admin admin =
                        Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()));
                Connection connection = servers.target().connect("")) {
            String id = TopicIdentity.of(admin, fixture.topic()).id();
            for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                assertThat(Replay.moveTo(connection, fixture.pipeline().name(), feed, partition, id, 0))
                        .isTrue();
            }
        }
    }

    private int waiting(String table) {
        return Integer.parseInt(servers.target()
                .value("SELECT COUNT(*) FROM changeover.deferred d JOIN changeover.target t ON t.id = d.target"
                        + " WHERE table_schema = '" + schema + "' AND table_name = '" + table + "'"));
    }

    private Map<Integer, String> orders() {
        return map(servers.target().rows("SELECT id, user_id FROM " + schema + ".orders"));
    }

    private Map<Integer, String> codes() {
        return map(servers.target().rows("SELECT id, code FROM " + schema + ".order_code"));
    }

    private Map<Integer, String> notes() {
        return map(servers.source().rows("SELECT order_id, note FROM " + schema + ".order_note"));
    }

    private static Map<Integer, String> map(List<List<@Nullable String>> rows) {
        Map<Integer, String> found = new TreeMap<>();
        rows.forEach(row -> found.put(Integer.valueOf(String.valueOf(row.get(0))), String.valueOf(row.get(1))));
        return found;
    }

    private Map<Integer, String> expected(int column, boolean onlyThose) {
        Map<Integer, String> expected = new TreeMap<>();
        rows.forEach((id, row) -> {
            if (row.get(column) != null || !onlyThose) {
                expected.put(id, String.valueOf(row.get(column)));
            }
        });
        return expected;
    }
}
