package io.changeover.deploy.fault;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.TargetHistory;
import io.changeover.deploy.Main;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three legacy databases, written to all the while, become one table of 16 shards on two servers. Some keys are in two of them:
 * each such collision is reported, and neither row is lost; whichever of the two goes, the other one is what stays.
 */
@Tag("fault")
@Timeout(1800)
class MergeFaultIT {

    private static final int ROWS = Integer.getInteger("orders", 20_000);
    private static final int COLLISIONS = 500;
    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final int SHARDS = 16;
    private static final String[] NAMES = {"a", "b", "c"};
    private static final Random RANDOM = new Random(Long.getLong("seed", 20261122));

    private final TestingKafka kafka = TestingKafka.embedded();
    private final List<EmbeddedMySql> sources = List.of(create(), create(), create());
    private final List<EmbeddedMySql> targets = List.of(create(), create());
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final AtomicLong transactions = new AtomicLong();

    private static EmbeddedMySql create() {
        return EmbeddedMySql.create();
    }

    @Test
    void keysOfTwoSources_areReportedAndNeitherRowIsLost(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pipeline.yaml");
        Files.writeString(file, definition());
        for (int source = 0; source < NAMES.length; source++) {
            fill(source);
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            server(shard)
                    .execute(
                            "CREATE DATABASE IF NOT EXISTS orders",
                            "CREATE TABLE orders.order_" + shard
                                    + " (id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, cents BIGINT NOT NULL, origin CHAR(1) NOT NULL,"
                                    + " note VARCHAR(60), KEY (buyer_id))");
        }
        List<Thread> writers = new ArrayList<>();
        for (int source = 0; source < NAMES.length; source++) {
            int number = source;
            Thread writer = new Thread(() -> write(number), "writer " + NAMES[number]);
            writer.start();
            writers.add(writer);
        }
        ChildJvm run = run(file, folder, "run-0");
        for (int kill = 1; kill <= KILLS; kill++) {
            Thread.sleep(12_000 + RANDOM.nextInt(8000)); // amid the backfill, then amid the stream
            run.kill9();
            run = run(file, folder, "run-" + kill);
        }
        writing.set(false);
        for (Thread writer : writers) {
            writer.join();
        }
        System.out.println("transactions written meanwhile: " + transactions);

        eventually(
                Duration.ofMinutes(5),
                () -> "collisions: " + waiting().size(),
                () -> waiting().size() == COLLISIONS && onlyCollisionsAreLeft(file, folder));
        Map<Long, Waiting> waiting = waiting();
        assertThat(waiting.keySet()).isEqualTo(planted().keySet());
        Map<Long, String> there = there();
        assertThat(there).isEqualTo(expected(waiting));
        waiting.forEach((id, image) -> assertThat(image.row())
                .as("the image of %s of %s that waits", id, image.source())
                .isEqualTo(row(image.source(), id)));

        // of one half the owner's row goes, of the other half the one that waits
        waiting.forEach((id, image) -> {
            int[] both = Objects.requireNonNull(planted().get(id));
            int owner = both[0] == image.source() ? both[1] : both[0];
            int gone = id % 2 == 0 ? owner : image.source();
            sources.get(gone).execute("DELETE FROM trade.t_order WHERE order_id = " + id);
        });
        assertThat(command(file, folder, "wait", "--for", "caught-up", "--timeout", "180s"))
                .as(Files.readString(folder.resolve("command.log")))
                .isZero();
        assertThat(waiting()).isEmpty();
        assertThat(there()).isEqualTo(expected(Map.of()));
        Map<String, String> tables = new HashMap<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            tables.put("orders.order_" + shard, "id");
        }
        for (EmbeddedMySql target : targets) {
            TargetHistory history = new TargetHistory(target, own(target, tables));
            assertThat(history.violations()).isEmpty();
            System.out.println("checked in a target's history: " + history.summary());
        }
        run.terminate();
        run.close();
        targets.forEach(EmbeddedMySql::close);
        sources.forEach(EmbeddedMySql::close);
        kafka.close();
    }

    private static boolean onlyCollisionsAreLeft(Path file, Path folder) throws Exception {
        int exit = command(file, folder, "wait", "--for", "caught-up", "--timeout", "5s");
        String said = Files.readString(folder.resolve("command.log"));
        return exit == 21 && said.contains("in collision") && !said.contains("not applied");
    }

    /** An image that waits: whose, and the row that it stands for. */
    private record Waiting(int source, String row) {}

    private EmbeddedMySql server(int shard) {
        return targets.get(shard * targets.size() / SHARDS);
    }

    private Map<String, String> own(EmbeddedMySql target, Map<String, String> tables) {
        Map<String, String> own = new HashMap<>(tables);
        own.keySet().removeIf(name -> server(Integer.parseInt(name.substring("orders.order_".length()))) != target);
        return own;
    }

    private ChildJvm run(Path file, Path folder, String name) {
        return ChildJvm.of(Main.class, folder.resolve(name + ".log"))
                .options("-XX:TieredStopAtLevel=1", "-Xmx1g")
                .arguments("-c", file.toString(), "run")
                .start();
    }

    private static int command(Path file, Path folder, String... arguments) throws IOException {
        Files.deleteIfExists(folder.resolve("command.log")); // it is appended to, and the last word counts
        try (ChildJvm child = ChildJvm.of(Main.class, folder.resolve("command.log"))
                .options("-XX:TieredStopAtLevel=1")
                .arguments("-c", file.toString())
                .arguments(arguments)
                .start()) {
            return child.exitCode(Duration.ofMinutes(6));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String definition() {
        StringBuilder yaml = new StringBuilder("pipeline: merge\nkafka: { bootstrap.servers: \"")
                .append(kafka.bootstrapServers())
                .append(
                        "\", session.timeout.ms: 6000, heartbeat.interval.ms: 2000 }\ntopics: { partitions: 2, replication: 1 }\n");
        yaml.append("sources:\n");
        for (int i = 0; i < NAMES.length; i++) {
            server(yaml, NAMES[i], sources.get(i));
        }
        yaml.append("targets:\n");
        server(yaml, "shop1", targets.get(0));
        server(yaml, "shop2", targets.get(1));
        yaml.append("tables:\n");
        for (String name : NAMES) {
            yaml.append("""
                      - source: %s.trade.t_order
                        target: shop1.orders.order
                        key: { id: order_id }
                        columns: { buyer_id: user_id, cents: "ROUND(amount * 100)", origin: "'%s'", note: note }
                        shards: { by: "MOD(order_id, 16)", count: 16, table: "order_{shard}", targets: [shop1, shop2] }
                    """.formatted(name, name));
        }
        return yaml.append("reconcile: { every: 1d }\n").toString();
    }

    private static void server(StringBuilder yaml, String name, EmbeddedMySql server) {
        yaml.append("  %s: { host: 127.0.0.1, port: %d, user: root, password: \"\", tls: disabled }%n"
                .formatted(name, server.port()));
    }

    /** Keys that two sources have, with these. Every source has a range of its own beside them. */
    private static Map<Long, int[]> planted() {
        Map<Long, int[]> planted = new TreeMap<>();
        for (int i = 0; i < COLLISIONS; i++) {
            planted.put(9_000_000L + i, new int[] {i % 3, (i + 1) % 3});
        }
        return planted;
    }

    private void fill(int source) throws SQLException {
        EmbeddedMySql server = sources.get(source);
        server.execute(
                "CREATE DATABASE trade",
                "CREATE TABLE trade.t_order (order_id BIGINT PRIMARY KEY, user_id INT NOT NULL, amount DECIMAL(12,2) NOT NULL,"
                        + " note VARCHAR(60))");
        try (Connection connection = server.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO trade.t_order VALUES (?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                ids.add(source * 1_000_000L + i);
            }
            planted().forEach((id, both) -> {
                if (both[0] == source || both[1] == source) {
                    ids.add(id);
                }
            });
            for (long id : ids) {
                insert.setLong(1, id);
                insert.setInt(2, RANDOM.nextInt(5000));
                insert.setString(3, RANDOM.nextInt(100_000) + ".5");
                insert.setString(4, NAMES[source] + RANDOM.nextInt(1000));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    private void write(int source) {
        Random random = new Random(source);
        try (Connection connection = sources.get(source).connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (writing.get()) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    long own = source * 1_000_000L + random.nextInt(ROWS + ROWS / 10);
                    long id = random.nextInt(5) == 0 ? 9_000_000L + random.nextInt(COLLISIONS) : own;
                    switch (random.nextInt(8)) {
                        case 0 -> statement.execute("DELETE FROM trade.t_order WHERE order_id = " + own);
                        case 1 ->
                            statement.execute("INSERT IGNORE INTO trade.t_order VALUES (" + own + ", "
                                    + random.nextInt(5000) + ", 7.25, 'new')");
                        default ->
                            statement.execute("UPDATE trade.t_order SET amount = amount + 0.01, user_id = "
                                    + random.nextInt(5000) + " WHERE order_id = " + id);
                    }
                }
                connection.commit();
                transactions.incrementAndGet();
                Thread.sleep(4);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the workload failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Long, Waiting> waiting() {
        Map<Long, Waiting> waiting = new TreeMap<>();
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        for (EmbeddedMySql target : targets) {
            try (Connection connection = target.connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT message, topic FROM changeover.deferred WHERE kind = 'collision'")) {
                while (row.next()) {
                    ChangeEvent event = decoder.decode(row.getBytes(1));
                    int source = row.getString(2).charAt("merge.".length()) - 'a';
                    waiting.put(
                            Long.parseLong(String.valueOf(event.row().get(0))),
                            new Waiting(
                                    source,
                                    event.row().get(1) + "|" + event.row().get(2) + "|"
                                            + event.row().get(3)));
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return waiting;
    }

    private String row(int source, long id) {
        return String.valueOf(sources.get(source)
                .rows("SELECT CONCAT_WS('|', user_id, amount, note) FROM trade.t_order WHERE order_id = " + id)
                .get(0)
                .get(0));
    }

    /** All rows of all shards, each in the one where it belongs. */
    private Map<Long, String> there() {
        Map<Long, String> there = new TreeMap<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            for (List<@Nullable String> row : server(shard)
                    .rows("SELECT id, CONCAT_WS('|', origin, buyer_id, cents, note) FROM orders.order_" + shard)) {
                long id = Long.parseLong(String.valueOf(row.get(0)));
                assertThat(id % SHARDS).as("shard of %s", id).isEqualTo(shard);
                there.put(id, String.valueOf(row.get(1)));
            }
        }
        return there;
    }

    /** The rows of all sources but the images that wait. */
    private Map<Long, String> expected(Map<Long, Waiting> waiting) {
        Map<Long, String> expected = new TreeMap<>();
        for (int source = 0; source < NAMES.length; source++) {
            for (List<@Nullable String> row : sources.get(source)
                    .rows("SELECT order_id, CONCAT_WS('|', '" + NAMES[source]
                            + "', user_id, CAST(ROUND(amount * 100) AS SIGNED), note) FROM trade.t_order")) {
                long id = Long.parseLong(String.valueOf(row.get(0)));
                Waiting image = waiting.get(id);
                if (image == null || image.source() != source) {
                    expected.put(id, String.valueOf(row.get(1)));
                }
            }
        }
        return expected;
    }
}
