package io.changeover.apply;

import io.changeover.apply.target.MetadataSchema;
import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.HttpSettings;
import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.topic.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A pipeline of one old table that exists as messages only, and one new table; with everything that a test asks of them. */
public final class ApplyFixture implements AutoCloseable {

    public static final int PARTITIONS = 3;

    private final TestingServers servers;
    private final PipelineDefinition pipeline;
    private final int partitions;
    private final KafkaProducer<byte[], byte[]> producer;
    private long sent;

    public ApplyFixture(TestingServers servers, TableDefinition table) {
        this(
                servers,
                pipeline(
                        servers.kafka().bootstrapServers(),
                        servers.target().port(),
                        servers.freshName(),
                        List.of(table)),
                PARTITIONS);
    }

    ApplyFixture(TestingServers servers, PipelineDefinition pipeline, int partitions) {
        this.servers = servers;
        this.pipeline = pipeline;
        this.partitions = partitions;
        servers.kafka().createTopic(topic(), partitions);
        // so that tests can ask before apply has begun
        String[] metadata = MetadataSchema.statements().toArray(String[]::new);
        servers.target().execute(metadata);
        if (pipeline.targets().size() > 1) {
            servers.source().execute(metadata);
        }
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        servers.kafka().bootstrapServers(),
                        "linger.ms",
                        5,
                        // on a topic that was just made, a second batch may be taken before the first
                        "max.in.flight.requests.per.connection",
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A table whose shards may be on a second target, {@code shop2}: the server that is the source otherwise. */
    public static ApplyFixture sharded(
            TestingServers servers, TableDefinition table, TargetDefinition.VersionStore versions) {
        return new ApplyFixture(
                servers,
                sharded(
                        servers.kafka().bootstrapServers(),
                        servers.target().port(),
                        servers.source().port(),
                        servers.freshName(),
                        table,
                        versions),
                PARTITIONS);
    }

    /** The pipeline with a second target as a child process builds it, too. */
    static PipelineDefinition sharded(
            String bootstrapServers,
            int firstPort,
            int secondPort,
            String name,
            TableDefinition table,
            TargetDefinition.VersionStore versions) {
        PipelineDefinition one = pipeline(bootstrapServers, firstPort, name, List.of(table));
        return new PipelineDefinition(
                one.name(),
                one.kafka(),
                one.topics(),
                one.sources(),
                List.of(
                        new TargetDefinition("shop", access(firstPort), versions),
                        new TargetDefinition("shop2", access(secondPort), versions)),
                one.tables(),
                one.schemas(),
                one.reconcile(),
                one.http());
    }

    /** The definition that copies {@code trade.<table>} to {@code <schema>.<table>}. */
    public static TableDefinition copying(String schema, String table) {
        return TableDefinition.copying("legacy", new TableName("trade", table), "shop", new TableName(schema, table));
    }

    /** The pipeline as a child process builds it, too. */
    public static PipelineDefinition pipeline(
            String bootstrapServers, int targetPort, String name, List<TableDefinition> tables) {
        return new PipelineDefinition(
                name,
                new KafkaSettings(kafka(bootstrapServers)),
                new TopicSettings(PARTITIONS, 1, Duration.ofDays(7)),
                List.of(new SourceDefinition(
                        "legacy", access(targetPort), StartMode.snapshot(), BackfillSettings.readers(1))),
                List.of(new TargetDefinition("shop", access(targetPort), TargetDefinition.VersionStore.COLUMN)),
                tables,
                List.of(),
                new ReconcileSettings(
                        new Recurrence.Every(Duration.ofMinutes(15)),
                        true,
                        Duration.ofSeconds(60),
                        1000,
                        5,
                        Optional.empty()),
                HttpSettings.OFF);
    }

    /** A dead instance is given up soon. */
    private static Map<String, String> kafka(String bootstrapServers) {
        return Map.of("bootstrap.servers", bootstrapServers, "consumer.session.timeout.ms", "6000");
    }

    private static ServerAccess access(int port) {
        return new ServerAccess("127.0.0.1", port, "root", Secret.of(""), TlsMode.DISABLED, null);
    }

    public PipelineDefinition pipeline() {
        return pipeline;
    }

    public TableDefinition table() {
        return pipeline.tables().get(0);
    }

    int partitions() {
        return partitions;
    }

    public String topic() {
        return pipeline.rowTopic(table());
    }

    public String feed() {
        return pipeline.feed(table());
    }

    public void send(OldTable table, ChangeEvent... events) throws Exception {
        send(table, List.of(events));
    }

    public void send(OldTable table, List<ChangeEvent> events) throws Exception {
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        for (ChangeEvent event : events) {
            acks.add(producer.send(table.record(topic(), event)));
        }
        for (Future<RecordMetadata> ack : acks) {
            ack.get();
        }
        sent += events.size();
    }

    public KafkaProducer<byte[], byte[]> producer() {
        return producer;
    }

    /** Counts a record that the test sent by itself. */
    public void sentOne() {
        sent++;
    }

    /** Sum of the next offsets of all partitions. */
    public long applied() {
        return Long.parseLong(servers.target()
                .value("SELECT COALESCE(SUM(next_offset), 0) FROM changeover.progress WHERE pipeline = '"
                        + pipeline.name() + "'"));
    }

    /** How many records were sent, without transactions. */
    public long sent() {
        return sent;
    }

    /** Whether everything sent without transactions is applied. */
    public boolean isApplied() {
        return applied() == sent;
    }

    public List<List<String>> rows(String query) {
        return servers.target().rows(query).stream()
                .map(row -> row.stream().map(String::valueOf).toList())
                .toList();
    }

    @Override
    public void close() {
        producer.close();
    }
}
