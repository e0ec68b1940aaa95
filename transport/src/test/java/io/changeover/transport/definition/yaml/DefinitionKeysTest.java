package io.changeover.transport.definition.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.HttpSettings;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.topic.TopicSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every key is read to where it belongs, has the default that is written down, and stands in the reference. */
class DefinitionKeysTest {

    private static final String MINIMAL = """
            pipeline: p
            kafka: { bootstrap.servers: "k:9092" }
            sources: { a: { host: h, user: u, password: p } }
            targets: { b: { host: h, user: u, password: p } }
            tables: [{ source: a.s.t, target: b.n.t }]
            """;

    /** A value of the full definition and of the minimal one. */
    private record Case(
            Function<PipelineDefinition, @Nullable Object> value,
            Object full,
            @Nullable Object fallback) {}

    private final Map<String, Case> cases = new LinkedHashMap<>();

    @Test
    void everyKey_isRead_andHasItsDefault() throws IOException {
        PipelineReader reader = new PipelineReader(Map.of("LEGACY_PASSWORD", "hidden"));
        PipelineDefinition full = reader.parse("full.yaml", resource("definition/full.yaml"));
        PipelineDefinition minimal = reader.parse("minimal.yaml", MINIMAL);
        describeCases();
        assertThat(cases.keySet()).containsExactlyElementsOf(DefinitionReference.paths());
        cases.forEach((path, expected) -> {
            assertThat(expected.value().apply(full)).as(path).isEqualTo(expected.full());
            assertThat(expected.value().apply(minimal)).as(path + " by default").isEqualTo(expected.fallback());
        });
    }

    @Test
    void reference_isWrittenDown() throws IOException {
        Path file = Path.of("PIPELINE.md");
        if (Boolean.getBoolean("definition.write")) {
            Files.writeString(file, DefinitionReference.markdown());
        }
        assertThat(Files.readString(file))
                .as("PIPELINE.md is old: run this test with -Ddefinition.write=true")
                .isEqualTo(DefinitionReference.markdown());
    }

    @Test
    void everyKey_hasAMeaning() {
        for (Key<?> key : Keys.ROOT) {
            assertThat(key.meaning()).as(key.name()).endsWith(".");
        }
    }

    private void describeCases() {
        GtidSet loaded = GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5");
        add("pipeline", PipelineDefinition::name, "orders", "p");
        add(
                "kafka",
                p -> p.kafka().properties(),
                Map.of("bootstrap.servers", "localhost:9092", "client.id", "changeover"),
                Map.of("bootstrap.servers", "k:9092"));
        add(
                "topics",
                PipelineDefinition::topics,
                new TopicSettings(
                        8, 3, Duration.ofDays(30), 32 << 20, new MessageForm(EnumForm.LABEL, BinaryForm.BASE64), true),
                new TopicSettings(4, -1, Duration.ofDays(7)));
        add("topics.partitions", p -> p.topics().partitions(), 8, 4);
        add("topics.replication", p -> p.topics().replication(), 3, TopicSettings.BROKER_DEFAULT);
        add("topics.retention", p -> p.topics().retention(), Duration.ofDays(30), Duration.ofDays(7));
        add("topics.maxMessage", p -> p.topics().maxMessageBytes(), 32 << 20, 16 << 20);
        add("topics.enum", p -> p.topics().form().enums(), EnumForm.LABEL, EnumForm.NUMBER);
        add("topics.binary", p -> p.topics().form().binary(), BinaryForm.BASE64, BinaryForm.LATIN1);
        add("topics.tombstones", p -> p.topics().tombstones(), true, false);
        add("sources", p -> p.sources().get(0).name(), "legacy", "a");
        add("sources.*.host", p -> p.sources().get(0).server().host(), "old.example", "h");
        add("sources.*.port", p -> p.sources().get(0).server().port(), 3316, 3306);
        add("sources.*.user", p -> p.sources().get(0).server().user(), "capture", "u");
        add("sources.*.password", p -> p.sources().get(0).server().password(), Secret.of("hidden"), Secret.of("p"));
        add("sources.*.tls", p -> p.sources().get(0).server().tls(), TlsMode.VERIFY_CA, TlsMode.VERIFY_IDENTITY);
        add("sources.*.tlsCa", p -> p.sources().get(0).server().tlsCa(), "/etc/changeover/old.pem", null);
        add("sources.*.start", p -> p.sources().get(0).start(), StartMode.after(loaded), StartMode.snapshot());
        add(
                "sources.*.backfill",
                p -> p.sources().get(0).backfill(),
                new BackfillSettings(
                        4,
                        5000,
                        Optional.empty(),
                        Optional.of(Duration.ofSeconds(10)),
                        Optional.of(Duration.ofSeconds(30))),
                new BackfillSettings(2, 20_000, Optional.of(50), Optional.of(Duration.ofMinutes(1)), Optional.empty()));
        add("sources.*.backfill.readers", p -> p.sources().get(0).backfill().readers(), 4, 2);
        add("sources.*.backfill.chunkRows", p -> p.sources().get(0).backfill().chunkRows(), 5000, 20_000);
        add(
                "sources.*.backfill.maxThreadsRunning",
                p -> p.sources().get(0).backfill().maxThreadsRunning(),
                Optional.empty(),
                Optional.of(50));
        add(
                "sources.*.backfill.maxStreamLag",
                p -> p.sources().get(0).backfill().maxStreamLag(),
                Optional.of(Duration.ofSeconds(10)),
                Optional.of(Duration.ofMinutes(1)));
        add(
                "sources.*.backfill.maxReplicaLag",
                p -> p.sources().get(0).backfill().maxReplicaLag(),
                Optional.of(Duration.ofSeconds(30)),
                Optional.empty());
        add("targets", p -> p.targets().get(p.targets().size() - 1).name(), "shop2", "b");
        add("targets.*.host", p -> p.targets().get(0).server().host(), "new.example", "h");
        add("targets.*.port", p -> p.targets().get(0).server().port(), 3317, 3306);
        add("targets.*.user", p -> p.targets().get(0).server().user(), "apply", "u");
        add("targets.*.password", p -> p.targets().get(0).server().password(), Secret.of("secret"), Secret.of("p"));
        add("targets.*.tls", p -> p.targets().get(0).server().tls(), TlsMode.VERIFY_CA, TlsMode.VERIFY_IDENTITY);
        add("targets.*.tlsCa", p -> p.targets().get(0).server().tlsCa(), "/etc/changeover/new.pem", null);
        add("targets.*.versionStore", p -> p.targets().get(0).versionStore(), VersionStore.TABLE, VersionStore.COLUMN);
        add(
                "targets.*.maxThreadsRunning",
                p -> p.targets().get(0).maxThreadsRunning(),
                Optional.of(64),
                Optional.empty());
        add(
                "targets.*.keepTombstones",
                p -> p.targets().get(0).keepTombstones(),
                Duration.ofDays(30),
                Duration.ofDays(7));
        add("tables", p -> p.tables().get(0).sourceName(), "legacy", "a");
        add(
                "tables[].source",
                p -> p.tables().get(0).source(),
                new TableName("trade", "t_order"),
                new TableName("s", "t"));
        add(
                "tables[].target",
                p -> p.tables().get(0).target(),
                new TableName("orders", "order"),
                new TableName("n", "t"));
        add(
                "tables[].key",
                p -> p.tables().get(0).key(),
                Map.of("order_id", MappingExpression.parse("id"), "tenant", MappingExpression.parse("'a'")),
                Map.of());
        add(
                "tables[].columns",
                p -> p.tables().get(0).columns(),
                Map.of(
                        "amount_cents",
                        MappingExpression.parse("ROUND(amount * 100)"),
                        "deleted_at",
                        MappingExpression.parse("NULL")),
                null);
        add("tables[].where", p -> p.tables().get(0).where(), MappingExpression.parse("is_test = 0"), null);
        add(
                "tables[].shards",
                p -> p.tables().get(0).shards(),
                new ShardSettings(
                        MappingExpression.parse("MOD(user_id, 4)"), 4, "order_{shard}", List.of("shop1", "shop2")),
                null);
        add("tables[].shards.by", shards(ShardSettings::by), MappingExpression.parse("MOD(user_id, 4)"), null);
        add("tables[].shards.count", shards(ShardSettings::count), 4, null);
        add("tables[].shards.table", shards(ShardSettings::table), "order_{shard}", null);
        add("tables[].shards.targets", shards(ShardSettings::targets), List.of("shop1", "shop2"), null);
        add("tables[].onError", p -> p.tables().get(0).onError(), OnError.STOP, OnError.PARK);
        add(
                "tables[].onCollision",
                p -> p.tables().get(0).onCollision(),
                OnCollision.parse("prefer legacy"),
                OnCollision.PARK);
        add("tables[].parkLimit", p -> p.tables().get(0).parkLimit(), 50, 1000);
        add("tables[].onDdl", p -> p.tables().get(0).onDdl(), OnDdl.STOP, OnDdl.IGNORE);
        add("tables[].topic", p -> p.tables().get(0).topic(), "orders-feed", null);
        add("tables[].part", p -> p.tables().get(0).part(), "head", null);
        add("tables[].triggers", p -> p.tables().get(0).triggers(), List.of("order_audit"), List.of());
        add("tables[].cascades", p -> p.tables().get(0).cascades(), List.of("fk_order_user"), List.of());
        add(
                "reconcile",
                p -> p.reconcile().toString(),
                "ReconcileSettings[every=Cron[expression=30 3 * * *], repair=true, patience=PT2M, repairRows=500,"
                        + " repairPercent=1, rowsPerSecond=Optional[50000]]",
                "ReconcileSettings[every=Every[time=PT15M], repair=false, patience=PT1M, repairRows=10000,"
                        + " repairPercent=5, rowsPerSecond=Optional.empty]");
        add(
                "reconcile.every",
                p -> p.reconcile().every(),
                new Recurrence.Cron("30 3 * * *"),
                new Recurrence.Every(Duration.ofMinutes(15)));
        add("reconcile.repair", p -> p.reconcile().repair(), true, false);
        add("reconcile.patience", p -> p.reconcile().patience(), Duration.ofMinutes(2), Duration.ofSeconds(60));
        add("reconcile.repairRows", p -> p.reconcile().repairRows(), 500, 10_000);
        add("reconcile.repairPercent", p -> p.reconcile().repairPercent(), 1, 5);
        add("reconcile.rowsPerSecond", p -> p.reconcile().rowsPerSecond(), Optional.of(50_000), Optional.empty());
        add("http", PipelineDefinition::http, new HttpSettings("0.0.0.0", Optional.of(8470)), HttpSettings.OFF);
        add("http.host", p -> p.http().host(), "0.0.0.0", "127.0.0.1");
        add("http.port", p -> p.http().port(), Optional.of(8470), Optional.empty());
    }

    private static Function<PipelineDefinition, @Nullable Object> shards(Function<ShardSettings, Object> part) {
        return pipeline -> {
            ShardSettings shards = pipeline.tables().get(0).shards();
            return shards == null ? null : part.apply(shards);
        };
    }

    private void add(
            String path, Function<PipelineDefinition, @Nullable Object> value, Object full, @Nullable Object fallback) {
        cases.put(path, new Case(value, full, fallback));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DefinitionKeysTest.class.getClassLoader().getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
