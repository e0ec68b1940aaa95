package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.target.Replay;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One old table spread over four new ones on two servers. */
@WithServers
@Timeout(180)
class ShardsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] KEYS = {"id int", "user_id int", "code varchar(10)", "note varchar(20)"};
    private static final int SHARDS = 4;

    private final TestingServers servers;
    private final String schema;
    private final Random random = new Random(5);
    private final Map<Integer, Row> rows = new TreeMap<>();
    private final Map<String, Integer> owners = new HashMap<>();

    ShardsIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.source().execute("CREATE DATABASE " + schema);
        for (int shard = 0; shard < SHARDS; shard++) {
            server(shard)
                    .execute("CREATE TABLE " + schema + ".order_" + shard
                            + " (id INT PRIMARY KEY, user_id INT, code VARCHAR(10), note VARCHAR(8), UNIQUE (code))");
        }
    }

    private TestingMySql server(int shard) {
        return shard < SHARDS / 2 ? servers.target() : servers.source();
    }

    @Test
    void rowsMoveWithTheirUsers_throughRestartsAndReplays() throws Exception {
        check("MOD(user_id, 4)", VersionStore.COLUMN);
    }

    @Test
    void rowsMove_whereMySqlEvaluatesTheShard() throws Exception {
        check("CASE user_id WHEN 0 THEN '0' ELSE user_id - (user_id DIV 4) * 4 END", VersionStore.COLUMN);
    }

    @Test
    void placeThatFollowsTheKey_needsNoTombstoneElsewhere() throws Exception {
        check("id % 4", VersionStore.COLUMN);
        assertThat(servers.source()
                        .value("SELECT COUNT(*) FROM changeover.tombstone t JOIN changeover.target g ON g.id = t.target"
                                + " WHERE table_schema = '" + schema + "' AND MOD(key_text, 4) < 2"))
                .as("tombstones of keys that have their places on the other server")
                .isEqualTo("0");
    }

    @Test
    void versionsBesideTheTables_guardAsWell() throws Exception {
        check("MOD(user_id, 4)", VersionStore.TABLE);
        assertThat(servers.target()
                        .value("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '" + schema
                                + "' AND COLUMN_NAME = 'changeover_version'"))
                .isEqualTo("0");
        assertThat(servers.target()
                        .value("SELECT COUNT(*) FROM changeover.version v JOIN changeover.target t ON t.id = v.target"
                                + " WHERE table_schema = '" + schema + "'"))
                .as("one version for each row")
                .isEqualTo(String.valueOf(places().keySet().stream()
                        .filter(row -> row.charAt(0) < '2')
                        .count()));
    }

    private void check(String by, VersionStore versions) throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, KEYS);
        try (ApplyFixture fixture = ApplyFixture.sharded(servers, table(by), versions)) {
            for (int round = 0; round < 4; round++) {
                try (Apply apply = new Apply(fixture.pipeline())) {
                    apply.start();
                    fixture.send(old, history(old, 150));
                    if (round > 0) {
                        rewind(fixture); // the owner of now finds that out in the midst of it
                    }
                    if (round == 3) {
                        fixture.send(old, mended(old));
                    }
                    eventually(LIMIT, () -> apply.states() + "; " + places(), () -> round(fixture));
                    if (round == 3) {
                        eventually(
                                LIMIT,
                                () -> "waiting: " + waiting(),
                                () -> waiting().isEmpty());
                    }
                }
            }
            assertThat(places()).isEqualTo(expected(by));
        }
    }

    private boolean round(ApplyFixture fixture) {
        String sum = "SELECT COALESCE(SUM(next_offset), 0) FROM changeover.progress WHERE pipeline = '"
                + fixture.pipeline().name() + "'";
        return servers.target().value(sum).equals("" + fixture.sent())
                && servers.source().value(sum).equals("" + fixture.sent());
    }

    /** Both servers, each to a place of its own. */
    private void rewind(ApplyFixture fixture) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            String id = TopicIdentity.of(admin, fixture.topic()).id();
            for (TestingMySql server : List.of(servers.target(), servers.source())) {
                try (Connection connection = server.connect("")) {
                    for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                        long now = Long.parseLong(server.value(
                                "SELECT COALESCE(MAX(next_offset), 0) FROM changeover.progress WHERE feed = '"
                                        + fixture.feed() + "' AND `partition` = " + partition));
                        Replay.moveTo(connection, fixture.pipeline().name(), fixture.feed(), partition, id, (long)
                                (random.nextDouble() * now));
                    }
                }
            }
        }
    }

    private List<ChangeEvent> history(OldTable old, int changes) {
        List<ChangeEvent> events = new ArrayList<>();
        while (events.size() < changes) {
            int id = random.nextInt(40);
            Row before = rows.get(id);
            if (before != null && random.nextInt(5) == 0) {
                rows.remove(id);
                owners.values().remove(id);
                events.add(old.delete(before.get(0), before.get(1), before.get(2), before.get(3)));
                continue;
            }
            boolean moves = random.nextInt(2) == 0;
            String user = before == null || moves ? "" + random.nextInt(8) : before.get(1);
            String code = code(id, before);
            String note = random.nextInt(8) == 0 ? "much too long" : "n" + random.nextInt(100);
            events.add(written(old, id, before, user, code, note));
        }
        return events;
    }

    private ChangeEvent written(
            OldTable old, int id, @Nullable Row before, @Nullable String user, @Nullable String code, String note) {
        String key = "" + id;
        rows.put(id, Row.of(key, user, code, note));
        return before == null ? old.insert(key, user, code, note) : old.update(before, key, user, code, note);
    }

    /** A unique value that no other row of the old table has now. */
    private @Nullable String code(int id, @Nullable Row before) {
        String wanted = "c" + random.nextInt(12);
        if (owners.containsKey(wanted)) {
            return before == null ? null : before.get(2);
        }
        owners.values().remove(id);
        owners.put(wanted, id);
        return wanted;
    }

    /** A last change of every row, to what fits everywhere. */
    private List<ChangeEvent> mended(OldTable old) {
        List<ChangeEvent> events = new ArrayList<>();
        List.copyOf(rows.keySet()).forEach(id -> {
            Row before = rows.get(id);
            if (before != null) {
                events.add(written(old, id, before, before.get(1), before.get(2), "good"));
            }
        });
        return events;
    }

    private Map<String, String> places() {
        Map<String, String> found = new TreeMap<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            int number = shard;
            server(shard)
                    .rows("SELECT id, CONCAT_WS('|', user_id, code, note) FROM " + schema + ".order_" + shard)
                    .forEach(row -> found.put(number + "/" + row.get(0), String.valueOf(row.get(1))));
        }
        return found;
    }

    private Map<String, String> expected(String by) {
        Map<String, String> expected = new TreeMap<>();
        rows.forEach((id, row) -> {
            int shard = Integer.parseInt(String.valueOf(row.get(by.startsWith("id") ? 0 : 1))) % SHARDS;
            expected.put(
                    shard + "/" + id, row.get(1) + "|" + (row.get(2) == null ? "" : row.get(2) + "|") + row.get(3));
        });
        return expected;
    }

    private List<List<@Nullable String>> waiting() {
        String query =
                "SELECT key_text, kind, reason FROM changeover.deferred d JOIN changeover.target t ON t.id = d.target"
                        + " WHERE table_schema = '" + schema + "'";
        List<List<@Nullable String>> waiting = new ArrayList<>(servers.target().rows(query));
        waiting.addAll(servers.source().rows(query));
        return waiting;
    }

    private TableDefinition table(String by) {
        return new TableDefinition(
                "legacy",
                new TableName("trade", "t_order"),
                "shop",
                new TableName(schema, "order"),
                Map.of(),
                null,
                null,
                new ShardSettings(MappingExpression.parse(by), SHARDS, "order_{shard}", List.of("shop", "shop2")),
                OnError.PARK,
                null,
                List.of());
    }
}
