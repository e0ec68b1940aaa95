package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many rows, a steady load, a thousand planted errors; then the same load and none. Sizes by {@code -Dreconcile.rows},
 * {@code -Dreconcile.perSecond} (transactions) and {@code -Dreconcile.minutes} (without errors).
 */
@WithServers
@Tag("fault")
class ReconcileFaultIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS = Integer.getInteger("reconcile.rows", 200_000);
    private static final int PER_SECOND = Integer.getInteger("reconcile.perSecond", 500);
    private static final int MINUTES = Integer.getInteger("reconcile.minutes", 2);
    private static final int OF_A_KIND = 250;

    /** One commits 500 times a second. */
    private static final int SESSIONS = 1 + PER_SECOND / 250;

    /** Rows above it are quiet, and the errors are planted there; every 40th of them at most. */
    private static final int BUSY = ROWS / 2;

    private final TestingServers servers;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicLong transactions = new AtomicLong();

    @TempDir
    private Path folder;

    ReconcileFaultIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void plantedErrorsAreFoundAndMended_andWithoutErrorsThereIsNoAlarm() throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            fill(schemas);
            try (WorkerGroup workers = schemas.workers()) {
                workers.start();
                assertThat(schemas.command("wait", "--for", "caught-up", "--timeout", "15m")
                                .code())
                        .isZero();
                ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS);
                CompletableFuture<?> writer = CompletableFuture.allOf(IntStream.range(0, SESSIONS)
                        .mapToObj(n -> CompletableFuture.runAsync(() -> write(schemas.oldSchema(), n), sessions))
                        .toArray(CompletableFuture[]::new));
                try {
                    plant(schemas);
                    Said found = compare(schemas);
                    assertThat(kinds(found))
                            .as(found.toString())
                            .isEqualTo("{\"MISSING\":250,\"EXTRA\":250,\"STALE\":250,\"ALTERED\":250}");
                    Said mended = compare(schemas, "--repair");
                    assertThat(report(mended).path("mended").asInt())
                            .as(mended.toString())
                            .isEqualTo(4 * OF_A_KIND);
                    withoutErrors(schemas);
                } finally {
                    ending.set(true);
                    writer.join();
                    sessions.shutdown();
                }
                assertThat(compare(schemas).code()).isZero();
            }
        }
    }

    private void withoutErrors(TwoSchemas schemas) throws IOException {
        Instant end = Instant.now().plus(Duration.ofMinutes(MINUTES));
        long before = transactions.get();
        Instant begin = Instant.now();
        int runs = 0;
        long undecided = 0;
        while (Instant.now().isBefore(end)) {
            Said said = compare(schemas);
            assertThat(kinds(said)).as(said.toString()).isEqualTo("{}");
            undecided += report(said).path("undecided").asLong();
            runs++;
        }
        System.out.printf(
                "%d runs over %d rows in %d s without an alarm, %d rows undecided, %d transactions/s%n",
                runs,
                ROWS,
                Duration.between(begin, Instant.now()).toSeconds(),
                undecided,
                (transactions.get() - before)
                        / Math.max(1, Duration.between(begin, Instant.now()).toSeconds()));
    }

    private static Said compare(TwoSchemas schemas, String... more) {
        String[] line = new String[6 + more.length];
        System.arraycopy(new String[] {"reconcile", "--once", "--timeout", "10m", "-o", "json"}, 0, line, 0, 6);
        System.arraycopy(more, 0, line, 6, more.length);
        Said said = schemas.command(line);
        System.out.println(said.err());
        return said;
    }

    private static JsonNode report(Said said) throws IOException {
        return JSON.readTree(said.out()).path("tables").path(0);
    }

    private static String kinds(Said said) throws IOException {
        return report(said).path("different").toString();
    }

    private void fill(TwoSchemas schemas) throws IOException {
        schemas.old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, user_id INT NOT NULL, amount DECIMAL(10,2), note VARCHAR(150),"
                                + " KEY (user_id))")
                .next("CREATE TABLE NEW.orders (order_id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, cents BIGINT, note"
                        + " VARCHAR(150), KEY (buyer_id))")
                .mapped("""
                          - source: legacy.OLD.t_order
                            target: shop.NEW.orders
                            key: { order_id: id }
                            columns: { buyer_id: user_id, cents: "ROUND(amount * 100)", note: note }
                        reconcile: { patience: 60s }
                        """);
        String digits =
                "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5"
                        + " UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
        for (int from = 0; from < ROWS; from += 10_000) {
            schemas.old(
                    "INSERT INTO OLD.t_order SELECT n, n % 1000, n / 7, REPEAT(CHAR(97 + n % 26), 150) FROM (SELECT "
                            + from
                            + " + a.d * 1000 + b.d * 100 + c.d * 10 + e.d n FROM " + digits + " a, " + digits + " b, "
                            + digits
                            + " c, " + digits + " e) s");
        }
    }

    private void plant(TwoSchemas schemas) {
        int step = (ROWS - BUSY) / (4 * OF_A_KIND + 1);
        StringBuilder stale = new StringBuilder();
        for (int i = 0; i < OF_A_KIND; i++) {
            stale.append(i == 0 ? "" : ",").append(at(2, i, step));
        }
        String rows = " WHERE order_id IN (" + stale + ")";
        schemas.next("CREATE TABLE NEW.before_it AS SELECT order_id, cents, HEX(changeover_version) v FROM NEW.orders"
                + rows);
        schemas.old("UPDATE OLD.t_order SET amount = amount + 1 WHERE id IN (" + stale + ")");
        assertThat(schemas.command("wait", "--for", "caught-up", "--timeout", "120s")
                        .code())
                .isZero();
        schemas.next("UPDATE NEW.orders o JOIN NEW.before_it b USING (order_id) SET o.cents = b.cents,"
                + " o.changeover_version = UNHEX(b.v)");
        for (int i = 0; i < OF_A_KIND; i++) {
            schemas.next(
                    "DELETE FROM NEW.orders WHERE order_id = " + at(0, i, step),
                    "INSERT INTO NEW.orders (order_id, buyer_id) VALUES (" + (10_000_000 + i) + ", 1)",
                    "UPDATE NEW.orders SET note = CONCAT(SUBSTRING(note, 1, 149), '!') WHERE order_id = "
                            + at(3, i, step));
        }
    }

    private static int at(int kind, int i, int step) {
        return BUSY + (4 * i + kind) * step;
    }

    /** Updates, deletes and inserts of the busy rows, so many transactions a second. */
    private void write(String schema, int session) {
        Random random = new Random(session);
        TestingMySql source = servers.source();
        long begin = System.nanoTime();
        try (Connection connection = source.connect(schema);
                Statement statement = connection.createStatement()) {
            for (long n = 0; !ending.get(); n++) {
                int id = random.nextInt(BUSY);
                statement.execute(
                        switch (random.nextInt(10)) {
                            case 0 -> "DELETE FROM t_order WHERE id = " + id;
                            case 1, 2 ->
                                "INSERT IGNORE INTO t_order VALUES (" + id + ", " + random.nextInt(1000)
                                        + ", 2.5, 'back')";
                            default -> "UPDATE t_order SET amount = amount + 1, user_id = user_id + 1 WHERE id = " + id;
                        });
                transactions.incrementAndGet();
                long due = begin + n * SESSIONS * 1_000_000_000L / PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
