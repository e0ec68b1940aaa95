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
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Old tables of two sources, each split into two parts, of which those of one kind become one new table. */
@WithServers
@Timeout(180)
class MergedPartsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PARTS = 2;

    private final TestingServers servers;
    private final String schema;
    private final Random random = new Random(7);
    private final Map<String, OldTable> old = new TreeMap<>();
    private final Map<String, Row> rows = new TreeMap<>();

    MergedPartsIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target()
                .execute(
                        "CREATE TABLE " + schema + ".orders (origin CHAR(1), id INT, code VARCHAR(10), PRIMARY KEY"
                                + " (origin, id), UNIQUE (code))",
                        "CREATE TABLE " + schema + ".order_note (origin CHAR(1), id INT, note VARCHAR(20) NOT NULL,"
                                + " PRIMARY KEY (origin, id))");
        old.put("a", new OldTable("t_order", 1, 1, "id int", "code varchar(10)", "note varchar(20)"));
        old.put("b", new OldTable("t_order", 2, 1, "id int", "code varchar(10)", "note varchar(20)"));
    }

    @Test
    void bothNewTables_areWhatTheOldOnesAre_alsoAfterAPartOfOneWasReplayed() throws Exception {
        PipelineDefinition pipeline = ApplyFixture.pipeline(
                servers.kafka().bootstrapServers(),
                servers.target().port(),
                servers.freshName(),
                List.of(entry("a", null), entry("a", "notes"), entry("b", null), entry("b", "notes")));
        try (ApplyFixture fixture = new ApplyFixture(servers, pipeline, ApplyFixture.PARTITIONS)) {
            servers.kafka().createTopic(topic(pipeline, "b"), ApplyFixture.PARTITIONS);
            for (int round = 0; round < 3; round++) {
                try (Apply apply = new Apply(pipeline)) {
                    apply.start();
                    send(fixture, 200);
                    if (round > 0) {
                        rewind(pipeline, pipeline.tables().get(round == 1 ? 1 : 2));
                    }
                    eventually(
                            LIMIT,
                            () -> apply.states().toString(),
                            () -> fixture.applied() == PARTS * fixture.sent() && waiting() == 0);
                }
                assertThat(found("orders", "code")).isEqualTo(expected(1, "NULL"));
                assertThat(found("order_note", "note")).isEqualTo(expected(2, null));
            }
        }
    }

    private TableDefinition entry(String origin, @Nullable String part) {
        Map<String, MappingExpression> key = new LinkedHashMap<>();
        key.put("origin", MappingExpression.parse("'" + origin + "'"));
        key.put("id", MappingExpression.parse("id"));
        return new TableDefinition(
                "source-" + origin,
                new TableName("trade", "t_order"),
                "shop",
                new TableName(schema, part == null ? "orders" : "order_note"),
                key,
                null,
                part == null ? null : MappingExpression.parse("note IS NOT NULL"),
                null,
                OnError.PARK,
                null,
                List.of(),
                TableDefinition.PARK_LIMIT,
                OnDdl.IGNORE,
                List.of(),
                OnCollision.PARK,
                part);
    }

    private static String topic(PipelineDefinition pipeline, String origin) {
        return pipeline.rowTopic(pipeline.tables().get(origin.equals("a") ? 0 : 2));
    }

    /** Codes are unique over both sources, and wander from rows of one to rows of the other. */
    private void send(ApplyFixture fixture, int changes) throws Exception {
        for (int i = 0; i < changes; i++) {
            String origin = random.nextBoolean() ? "a" : "b";
            OldTable table = Objects.requireNonNull(old.get(origin));
            String id = "" + random.nextInt(15);
            Row before = rows.remove(origin + id);
            ChangeEvent event;
            if (before != null && random.nextInt(5) == 0) {
                event = table.delete(before.get(0), before.get(1), before.get(2));
            } else {
                String wanted = "c" + random.nextInt(20);
                boolean taken = rows.values().stream().anyMatch(row -> wanted.equals(row.get(1)));
                String code = taken ? null : wanted;
                String note = random.nextInt(3) == 0 ? null : "note " + i;
                rows.put(origin + id, Row.of(id, code, note));
                event = before == null ? table.insert(id, code, note) : table.update(before, id, code, note);
            }
            fixture.producer()
                    .send(table.record(topic(fixture.pipeline(), origin), event))
                    .get();
            fixture.sentOne();
        }
    }

    private void rewind(PipelineDefinition pipeline, TableDefinition table) throws Exception {
        try (Admin admin =
                        Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()));
                Connection connection = servers.target().connect("")) {
            String id = TopicIdentity.of(admin, pipeline.rowTopic(table)).id();
            for (int partition = 0; partition < ApplyFixture.PARTITIONS; partition++) {
                assertThat(Replay.moveTo(connection, pipeline.name(), pipeline.feed(table), partition, id, 0))
                        .isTrue();
            }
        }
    }

    private int waiting() {
        return Integer.parseInt(servers.target()
                .value("SELECT COUNT(*) FROM changeover.deferred d JOIN changeover.target t ON t.id = d.target"
                        + " WHERE table_schema = '" + schema + "'"));
    }

    private List<String> found(String table, String column) {
        return servers
                .target()
                .rows("SELECT CONCAT(origin, id, ' ', COALESCE(" + column + ", 'NULL')) FROM " + schema + "." + table)
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .sorted()
                .toList();
    }

    /** @param absent in place of NULL; null: such rows are left out */
    private List<String> expected(int column, @Nullable String absent) {
        List<String> expected = new ArrayList<>();
        rows.forEach((key, row) -> {
            String value = row.get(column) == null ? absent : row.get(column);
            if (value != null) {
                expected.add(key + " " + value);
            }
        });
        return expected.stream().sorted().toList();
    }
}
