package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tombstones of one old table in two parts, of which one is in shards on two servers: each part's are purged by itself. */
@WithServers
@Timeout(180)
class TombstoneCareIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestingServers servers;
    private final String schema;
    private final String name;
    private long now;

    TombstoneCareIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        this.name = servers.freshName();
        servers.source().execute("CREATE DATABASE " + schema);
        servers.target().execute("CREATE TABLE " + schema + ".note (id INT PRIMARY KEY, note VARCHAR(20))");
        for (int shard = 0; shard < 2; shard++) {
            (shard == 0 ? servers.target() : servers.source())
                    .execute("CREATE TABLE " + schema + ".order_" + shard + " (id INT PRIMARY KEY, user_id INT)");
        }
    }

    @Test
    void tombstonesOfAPart_goFromEachOfItsServers_whenItsTimeHasCome() throws Exception {
        OldTable old = new OldTable("t_order", 1, 1, "id int", "user_id int", "note varchar(20)");
        try (ApplyFixture fixture = fixture();
                Admin admin =
                        Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                fixture.send(old, old.insert("1", "0", "a"), old.delete("1", "0", "a"));
                // each of three progress rows: two servers of one part, one of the other
                eventually(LIMIT, () -> apply.states().toString(), () -> progress() == 3 * fixture.sent());
            }
            assertThat(buried()).containsExactly("note", "order", "shop2: order");
            TopicIdentity topic = TopicIdentity.of(admin, fixture.topic());
            PipelineDefinition pipeline = fixture.pipeline();
            TombstoneCare orders =
                    new TombstoneCare(admin, pipeline, pipeline.tables().get(0), topic, () -> now);
            TombstoneCare notes =
                    new TombstoneCare(admin, pipeline, pipeline.tables().get(1), topic, () -> now);
            for (TestingMySql server : List.of(servers.target(), servers.source())) {
                server.execute("UPDATE changeover.tombstone SET made_at = NOW(6) - INTERVAL 8 DAY WHERE topic = '"
                        + fixture.topic() + "'");
            }
            now += Duration.ofMinutes(10).toNanos();
            orders.now(() -> false);
            assertThat(buried()).as("the messages are still there").hasSize(3);

            for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                admin.deleteRecords(Map.of(
                                new TopicPartition(fixture.topic(), partition), RecordsToDelete.beforeOffset(-1)))
                        .all()
                        .get();
            }
            orders.now(() -> false);
            assertThat(buried()).as("not yet again").hasSize(3);
            now += Duration.ofHours(1).toNanos();
            orders.now(() -> true);
            assertThat(buried()).as("stopping").hasSize(3);
            orders.now(() -> false);
            assertThat(buried()).as("its own, on both servers").containsExactly("note");
            notes.now(() -> false);
            assertThat(buried()).isEmpty();
        }
    }

    private long progress() {
        String sum = "SELECT COALESCE(SUM(next_offset), 0) FROM changeover.progress WHERE pipeline = '" + name + "'";
        return Long.parseLong(servers.target().value(sum))
                + Long.parseLong(servers.source().value(sum));
    }

    /** By the new tables' names. */
    private List<String> buried() {
        String of = "FROM changeover.tombstone d JOIN changeover.target t ON t.id = d.target WHERE table_schema = '"
                + schema + "' ORDER BY 1";
        return Stream.concat(
                        servers.target().rows("SELECT table_name " + of).stream(),
                        servers.source().rows("SELECT CONCAT('shop2: ', table_name) " + of).stream())
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    private ApplyFixture fixture() {
        ShardSettings shards = new ShardSettings(
                MappingExpression.parse("MOD(user_id, 2)"), 2, "order_{shard}", List.of("shop", "shop2"));
        PipelineDefinition one = ApplyFixture.sharded(
                servers.kafka().bootstrapServers(),
                servers.target().port(),
                servers.source().port(),
                name,
                part("order", shards, null),
                VersionStore.COLUMN);
        return new ApplyFixture(
                servers,
                new PipelineDefinition(
                        one.name(),
                        one.kafka(),
                        one.topics(),
                        one.sources(),
                        one.targets(),
                        List.of(one.tables().get(0), part("note", null, "notes")),
                        List.of(),
                        one.reconcile(),
                        one.http()),
                ApplyFixture.PARTITIONS);
    }

    private TableDefinition part(String table, @Nullable ShardSettings shards, @Nullable String part) {
        return new TableDefinition(
                "legacy",
                new TableName("trade", "t_order"),
                "shop",
                new TableName(schema, table),
                Map.of(),
                null,
                null,
                shards,
                OnError.PARK,
                null,
                List.of(),
                TableDefinition.PARK_LIMIT,
                OnDdl.IGNORE,
                List.of(),
                OnCollision.PARK,
                part);
    }
}
