package io.changeover.apply;

import io.changeover.apply.target.Replay;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The new side of a {@link RandomHistory}: one table, or four on two servers. */
final class NewOrders {

    private static final int SHARDS = 4;

    enum Shape {
        ONE_TABLE(null),
        BY_USER("MOD(user_id, 4)"),
        /** Only MySQL can tell it. */
        BY_EXPRESSION("CASE user_id WHEN 0 THEN '0' ELSE user_id - (user_id DIV 4) * 4 END");

        private final @Nullable String by;

        Shape(@Nullable String by) {
            this.by = by;
        }

        /** The pipeline as a child process builds it, too. */
        PipelineDefinition pipeline(
                String bootstrapServers, int firstPort, int secondPort, String name, String schema) {
            ShardSettings shards = by == null
                    ? null
                    : new ShardSettings(MappingExpression.parse(by), SHARDS, "order_{shard}", List.of("shop", "shop2"));
            TableDefinition table = new TableDefinition(
                    "legacy",
                    new TableName("trade", "t_order"),
                    "shop",
                    new TableName(schema, "order"),
                    Map.of(),
                    null,
                    MappingExpression.parse("is_test = 0"),
                    shards,
                    OnError.PARK,
                    null,
                    List.of());
            return ApplyFixture.sharded(bootstrapServers, firstPort, secondPort, name, table, VersionStore.COLUMN);
        }
    }

    private final TestingServers servers;
    private final Shape shape;
    private final String schema;

    NewOrders(TestingServers servers, Shape shape) {
        this.servers = servers;
        this.shape = shape;
        this.schema = servers.target().freshSchema();
        servers.source().execute("CREATE DATABASE " + schema);
        for (int shard = 0; shard < shards(); shard++) {
            server(shard)
                    .execute("CREATE TABLE " + schema + ".`" + table(shard)
                            + "` (id VARCHAR(10) PRIMARY KEY, user_id INT,"
                            + " code VARCHAR(10), note VARCHAR(8), is_test INT, UNIQUE (code)) CHARACTER SET utf8mb4"
                            + " COLLATE utf8mb4_general_ci");
        }
    }

    private int shards() {
        return shape == Shape.ONE_TABLE ? 1 : SHARDS;
    }

    private String table(int shard) {
        return shape == Shape.ONE_TABLE ? "order" : "order_" + shard;
    }

    private TestingMySql server(int shard) {
        return shard < SHARDS / 2 ? servers.target() : servers.source();
    }

    /** Those that have places. */
    List<TestingMySql> used() {
        return shape == Shape.ONE_TABLE ? List.of(servers.target()) : List.of(servers.target(), servers.source());
    }

    String schema() {
        return schema;
    }

    ApplyFixture fixture(int partitions) {
        PipelineDefinition pipeline = shape.pipeline(
                servers.kafka().bootstrapServers(),
                servers.target().port(),
                servers.source().port(),
                servers.freshName(),
                schema);
        return new ApplyFixture(servers, pipeline, partitions);
    }

    /** What the binlogs of the servers say from now on; by server, in the order of {@link #used}. */
    List<TargetHistory> history() throws Exception {
        List<TargetHistory> histories = new ArrayList<>();
        for (TestingMySql server : used()) {
            Map<String, TargetHistory.Place> places = new HashMap<>();
            for (int shard = 0; shard < shards(); shard++) {
                if (server(shard) == server) {
                    places.put(schema + "." + table(shard), new TargetHistory.Place(schema + ".order", "id"));
                }
            }
            histories.add(new TargetHistory(server.server(), places, true).fromNow());
        }
        return histories;
    }

    boolean isApplied(ApplyFixture fixture) {
        return used().stream()
                .allMatch(server -> server.value("SELECT COALESCE(SUM(next_offset), 0) FROM changeover.progress"
                                + " WHERE pipeline = '" + fixture.pipeline().name() + "'")
                        .equals("" + fixture.sent()));
    }

    /** Moves most partitions on every server to random offsets that they have passed; returns how many were moved. */
    int rewind(ApplyFixture fixture, Random random) throws Exception {
        int moved = 0;
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            String id = TopicIdentity.of(admin, fixture.topic()).id();
            for (TestingMySql server : used()) {
                try (Connection connection = server.connect("")) {
                    for (int partition = 0; partition < fixture.partitions(); partition++) {
                        long now = next(server, fixture, partition);
                        if (now == 0 || random.nextInt(4) == 0) {
                            continue;
                        }
                        long to = (long) (random.nextDouble() * now);
                        Replay.moveTo(connection, fixture.pipeline().name(), fixture.feed(), partition, id, to);
                        moved++;
                    }
                }
            }
        }
        return moved;
    }

    private static long next(TestingMySql server, ApplyFixture fixture, int partition) {
        return Long.parseLong(
                server.value("SELECT COALESCE(MAX(next_offset), 0) FROM changeover.progress WHERE feed = '"
                        + fixture.feed() + "' AND `partition` = " + partition));
    }

    /** Ends every session of the servers in whatever statement it is. */
    void killSessions() {
        for (TestingMySql server : used()) {
            for (List<@Nullable String> session :
                    server.rows("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                            + " AND db = 'changeover'")) {
                try {
                    server.execute("KILL " + session.get(0));
                } catch (RuntimeException e) {
                    // it has ended by itself
                }
            }
        }
    }

    /** Rows by shard and key. */
    Map<String, String> rows() {
        return rows("CONCAT_WS('|', id, user_id, COALESCE(code, '-'), note)");
    }

    /** As {@link #rows}, with their versions. */
    Map<String, String> rowsWithVersions() {
        return rows("CONCAT_WS('|', id, user_id, COALESCE(code, '-'), note, HEX(changeover_version))");
    }

    private Map<String, String> rows(String text) {
        Map<String, String> found = new TreeMap<>();
        for (int shard = 0; shard < shards(); shard++) {
            int number = shard;
            server(shard)
                    .rows("SELECT LOWER(id), " + text + " FROM " + schema + ".`" + table(shard) + "`")
                    .forEach(row -> found.put(number + "/" + row.get(0), String.valueOf(row.get(1))));
        }
        return found;
    }

    /** What {@link #rows} must be in the end. */
    Map<String, String> expected(Map<String, Row> old) {
        Map<String, String> expected = new TreeMap<>();
        old.forEach((key, row) -> {
            if ("0".equals(row.get(4))) {
                int shard = Integer.parseInt(String.valueOf(row.get(1))) % shards();
                String code = row.get(2) == null ? "-" : row.get(2);
                expected.put(shard + "/" + key, row.get(0) + "|" + row.get(1) + "|" + code + "|" + row.get(3));
            }
        });
        return expected;
    }

    /** Images that are in no place yet. */
    List<List<@Nullable String>> waiting() {
        List<List<@Nullable String>> waiting = new ArrayList<>();
        used().forEach(server ->
                waiting.addAll(server.rows("SELECT key_text, kind, reason FROM changeover.deferred d JOIN"
                        + " changeover.target t ON t.id = d.target WHERE table_schema = '" + schema + "'")));
        return waiting;
    }
}
