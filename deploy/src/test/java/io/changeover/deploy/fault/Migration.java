package io.changeover.deploy.fault;

import io.changeover.apply.TargetHistory;
import io.changeover.deploy.Main;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A migration whose parts run as processes of their own, against servers that this JVM holds: two legacy tables, one with a
 * unique column whose values wander, into a schema with other names, an expression and a filter.
 */
final class Migration implements AutoCloseable {

    private static final String YAML = """
            pipeline: orders
            kafka:
              bootstrap.servers: "%s"
              session.timeout.ms: 6000
              heartbeat.interval.ms: 2000
            topics: { partitions: 4, replication: 1 }
            sources:
              legacy: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled, start: snapshot }
            targets:
              shop: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled }
            tables:
              - source: legacy.trade.t_order
                target: shop.orders.order
                key: { id: order_id }
                columns:
                  buyer_id: user_id
                  amount_cents: "ROUND(amount * 100)"
                  status: "CASE status WHEN 0 THEN 'CREATED' WHEN 1 THEN 'PAID' ELSE 'CLOSED' END"
                  note: note
                where: "is_test = 0"
              - source: legacy.trade.t_account
                target: shop.orders.account
                key: { account_id: account_id }
                columns: { email: email, visits: visits }
            """;

    private final Path directory;
    private final TestingKafka kafka = TestingKafka.embedded();
    private final EmbeddedMySql source = EmbeddedMySql.create();
    private final EmbeddedMySql target = EmbeddedMySql.create();
    private final LiveWorkload workload;

    Migration(int orders, long seed) throws IOException, SQLException {
        directory = Files.createTempDirectory("changeover-fault");
        workload = new LiveWorkload(source, orders, seed);
        workload.createTables();
        target.execute(
                "CREATE DATABASE orders",
                "CREATE TABLE orders.`order` (id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, amount_cents BIGINT NOT NULL,"
                        + " status VARCHAR(10) NOT NULL, note VARCHAR(60))",
                "CREATE TABLE orders.account (account_id INT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, visits INT NOT NULL)");
        Files.writeString(file(), YAML.formatted(kafka.bootstrapServers(), source.port(), target.port()));
    }

    EmbeddedMySql source() {
        return source;
    }

    EmbeddedMySql target() {
        return target;
    }

    LiveWorkload workload() {
        return workload;
    }

    ChildJvm capture(String name, String... jvmOptions) {
        return child(name)
                .options(jvmOptions)
                .arguments("capture", "--source", "legacy")
                .start();
    }

    ChildJvm apply(String name) {
        return start(name, "apply");
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** Runs one command of the product to its end. */
    int command(String... arguments) {
        try (ChildJvm child = start("command", arguments)) {
            return child.exitCode(Duration.ofMinutes(6));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a test does to a process. */
    interface Event {
        void happen() throws Exception;
    }

    /** How long it takes from {@code event} until a position is published that was not there after it. */
    Duration untilPublished(Event event) throws Exception {
        try (ProgressTopic progress = new ProgressTopic(client(), "orders.legacy.progress", Duration.ofSeconds(30))) {
            progress.latest();
            long begin = System.nanoTime();
            event.happen();
            Optional<SourcePosition> before = progress.latest().position();
            while (progress.follow(Duration.ofMillis(50)).position().equals(before)) {
                if (System.nanoTime() - begin > Duration.ofMinutes(2).toNanos()) {
                    throw new AssertionError("nothing was published for two minutes after " + before);
                }
            }
            return Duration.ofMillis((System.nanoTime() - begin) / 1_000_000);
        }
    }

    /** How far the capture has come. */
    Optional<SourcePosition> position() {
        return ProgressTopic.readLatest(client(), "orders.legacy.progress", Duration.ofSeconds(30))
                .position();
    }

    private Map<String, String> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    /** Ends every connection to the source that reads its binlog. */
    void endConnections() {
        source.rows("SELECT id FROM information_schema.processlist WHERE command = 'Binlog Dump GTID'")
                .forEach(row -> source.execute("KILL " + row.get(0)));
    }

    /** What a reader of committed messages finds twice in the topics: a streamed change, or a row that the backfill read. */
    List<String> repeated() throws UndecodableMessage {
        List<String> repeated = new ArrayList<>();
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        for (String table : List.of("t_order", "t_account")) {
            Set<String> seen = new HashSet<>();
            for (ConsumerRecord<String, String> record : kafka.readAll("orders.legacy.trade." + table)) {
                ChangeEvent event = decoder.decode(record.value().getBytes(StandardCharsets.UTF_8));
                boolean streamed = event.provenance().origin() == Origin.STREAM;
                if (!seen.add(streamed ? event.version().toString() : record.key())) {
                    repeated.add(record.key() + " " + event.version());
                }
            }
        }
        return repeated;
    }

    /** What the last commands printed. */
    String commandLog() throws IOException {
        return Files.readString(log("command"));
    }

    private ChildJvm start(String name, String... arguments) {
        return child(name).arguments(arguments).start();
    }

    private ChildJvm.Builder child(String name) {
        return ChildJvm.of(Main.class, log(name))
                .options("-XX:TieredStopAtLevel=1")
                .arguments("-c", file().toString());
    }

    Path file() {
        return directory.resolve("pipeline.yaml");
    }

    /** Rows that differ, by SQL on both servers and nothing of ours: the whole of both tables, in order. */
    Map<String, Boolean> equalTables() {
        return Map.of(
                "order",
                source.rows("SELECT order_id, user_id, CAST(ROUND(amount * 100) AS SIGNED),"
                                + " CASE status WHEN 0 THEN 'CREATED' WHEN 1 THEN 'PAID' ELSE 'CLOSED' END, note"
                                + " FROM trade.t_order WHERE is_test = 0 ORDER BY order_id")
                        .equals(target.rows(
                                "SELECT id, buyer_id, amount_cents, status, note FROM orders.`order` ORDER BY id")),
                "account",
                source.rows("SELECT account_id, email, visits FROM trade.t_account ORDER BY account_id")
                        .equals(target.rows(
                                "SELECT account_id, email, visits FROM orders.account ORDER BY account_id")));
    }

    /** What the target's binlog says against the order of versions; empty when nothing does. */
    List<String> violations() throws Exception {
        return history().violations();
    }

    TargetHistory history() {
        return new TargetHistory(target, Map.of("orders.order", "id", "orders.account", "account_id"));
    }

    @Override
    public void close() {
        target.close();
        source.close();
        kafka.close();
    }
}
