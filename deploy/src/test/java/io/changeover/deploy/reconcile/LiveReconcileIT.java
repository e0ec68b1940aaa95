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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * `reconcile` while both sides are written to, and rows move between two servers: nothing that is right is an alarm, and what is
 * wrong is found and mended.
 */
@WithServers
@Timeout(240)
class LiveReconcileIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rows that the writer leaves alone, from this number on. */
    private static final int QUIET = 100_000;

    private static final int ROUNDS = 4;

    private final TestingServers servers;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicLong written = new AtomicLong();

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;
    private CompletableFuture<Void> writer = CompletableFuture.completedFuture(null);

    @SuppressWarnings("NullAway.Init")
    LiveReconcileIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .andAnotherTarget()
                .old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, user_id INT NOT NULL, amount DECIMAL(10,2), note VARCHAR(40),"
                                + " is_test BOOL NOT NULL DEFAULT FALSE)",
                        "CREATE TABLE OLD.t_code (area CHAR(2), code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci, hits INT, seen"
                                + " DATETIME(3), PRIMARY KEY (area, code))",
                        "SET SESSION cte_max_recursion_depth = 10000",
                        "INSERT INTO OLD.t_order SELECT n, n % 50, n / 7, CONCAT('note ', n), n % 11 = 0 FROM (WITH RECURSIVE c AS"
                                + " (SELECT 1 n UNION ALL SELECT n + 1 FROM c WHERE n < 900) SELECT n FROM c) s",
                        "INSERT INTO OLD.t_order SELECT id + 100000, user_id, amount, note, FALSE FROM OLD.t_order WHERE id <= 200",
                        "INSERT INTO OLD.t_code SELECT 'QQ', CONCAT('Code', id), id, '2024-05-06 07:08:09.125' FROM OLD.t_order"
                                + " WHERE id <= 100")
                .next(
                        "CREATE TABLE NEW.orders_0 (order_id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, cents BIGINT, note"
                                + " VARCHAR(40), KEY (buyer_id))",
                        "CREATE TABLE NEW.code (area CHAR(2), code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci, hits INT, seen"
                                + " DATETIME(3), PRIMARY KEY (area, code))")
                .onOther(
                        "CREATE TABLE NEW.orders_1 (order_id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, cents BIGINT, note"
                                + " VARCHAR(40), KEY (buyer_id))");
        mapped("20s");
        workers = schemas.workers();
        workers.start();
        schemas.awaitCaughtUp();
    }

    private void mapped(String patience) throws IOException {
        schemas.mapped("""
                  - source: legacy.OLD.t_order
                    target: shop.NEW.orders
                    key: { order_id: id }
                    columns: { buyer_id: user_id, cents: "ROUND(amount * 100)", note: note }
                    where: "is_test = 0"
                    shards: { by: "MOD(user_id, 2)", count: 2, table: "orders_{shard}", targets: [shop, shop2] }
                  - source: legacy.OLD.t_code
                    target: shop.NEW.code
                reconcile: { patience: PATIENCE }
                """.replace("PATIENCE", patience));
    }

    @AfterEach
    void end() {
        ending.set(true);
        writer.join();
        workers.close();
        schemas.close();
    }

    @Test
    void underLoad_nothingIsDifferent() throws Exception {
        write();
        for (int round = 0; round < ROUNDS; round++) {
            Said said = schemas.command("reconcile", "--once", "-o", "json");
            assertThat(said.code()).as(said.toString()).isIn(0, 21);
            JsonNode told = JSON.readTree(said.out());
            assertThat(told.path("tables")).hasSize(2).allSatisfy(table -> {
                assertThat(table.path("different")).as(said.out()).isEmpty();
                assertThat(table.path("sourceRows").asInt()).isPositive();
            });
        }
        ending.set(true);
        writer.join();
        assertThat(written).hasValueGreaterThan(500);
        assertThat(schemas.command("reconcile", "--once").code()).isZero();
    }

    @Test
    void plantedErrors_areFoundOfTheirKinds_andMended() throws Exception {
        String stale = versionOf(QUIET + 30);
        schemas.old("UPDATE OLD.t_order SET amount = amount + 1 WHERE id BETWEEN 100030 AND 100034");
        schemas.awaitCaughtUp();
        write();
        schemas.next(
                "DELETE FROM NEW.orders_0 WHERE order_id IN (100002, 100004, 100006)",
                "INSERT INTO NEW.orders_0 (order_id, buyer_id) VALUES (200001, 2), (200002, 2)",
                "UPDATE NEW.orders_0 SET cents = cents - 100, changeover_version = 0x" + stale
                        + " WHERE order_id BETWEEN 100030 AND 100034",
                "UPDATE NEW.code SET code = 'code7' WHERE code = 'Code7'",
                "UPDATE NEW.code SET hits = NULL WHERE code = 'CODE9'",
                "DELETE FROM NEW.code WHERE code = 'Code11'");
        schemas.onOther(
                "UPDATE NEW.orders_1 SET cents = cents - 100, changeover_version = 0x" + stale
                        + " WHERE order_id BETWEEN 100030 AND 100034",
                "UPDATE NEW.orders_1 SET note = CONCAT(note, ' ') WHERE order_id = 100051");

        Said found = schemas.command("reconcile", "--once", "-o", "json");
        assertThat(found.code()).as(found.toString()).isEqualTo(22);
        assertThat(kinds(found, 0)).isEqualTo("{\"MISSING\":3,\"EXTRA\":2,\"STALE\":5,\"ALTERED\":1}");
        assertThat(kinds(found, 1)).isEqualTo("{\"MISSING\":1,\"ALTERED\":2}");
        assertThat(found.out()).doesNotContain("note 51 ");

        Said mended = schemas.command("reconcile", "--once", "--repair", "--timeout", "120s", "-o", "json");
        assertThat(mended.code()).as(mended.toString()).isIn(0, 21);
        assertThat(JSON.readTree(mended.out())
                        .path("tables")
                        .path(0)
                        .path("mended")
                        .asInt())
                .as(mended.toString())
                .isEqualTo(11);
        assertThat(JSON.readTree(mended.out())
                        .path("tables")
                        .path(1)
                        .path("mended")
                        .asInt())
                .as(mended.toString())
                .isEqualTo(3);

        ending.set(true);
        writer.join();
        Said clean = schemas.command("reconcile", "--once");
        assertThat(clean.code()).as(clean.out()).isZero();
    }

    @Test
    void whatIsUnderWay_couldNotBeTold() throws Exception {
        assertThat(schemas.command("pause", "--only", "apply").code()).isZero();
        Thread.sleep(1000);
        mapped("2s");
        schemas.old("UPDATE OLD.t_code SET hits = hits + 1 WHERE code = 'Code1'");
        Said said = schemas.command(
                "reconcile", "--once", "--table", "legacy.OLD.t_code".replace("OLD", schemas.oldSchema()));
        assertThat(said.code()).as(said.out()).isEqualTo(21);
        assertThat(said.out()).contains("could not tell", "records of", "are not applied on shop");
        assertThat(schemas.command("resume").code()).isZero();
    }

    @Test
    void connectionsThatAreCut_areNoDifferences() throws Exception {
        write();
        CompletableFuture<Void> killer = CompletableFuture.runAsync(this::killComparisons);
        int cut = 0;
        for (int round = 0; round < 2 * ROUNDS; round++) {
            Said said = schemas.command("reconcile", "--once", "-o", "json");
            assertThat(said.code()).as(said.toString()).isIn(0, 21);
            cut += said.code() == 21 ? 1 : 0;
        }
        ending.set(true);
        killer.join();
        assertThat(cut).as("runs that were cut").isPositive();
    }

    /** Ends sessions of a comparison, on either server, every now and then. */
    private void killComparisons() {
        Random random = new Random(3);
        while (!ending.get()) {
            TestingMySql server = List.of(servers.source(), servers.target(), servers.otherTarget())
                    .get(random.nextInt(3));
            List<List<@Nullable String>> sessions = server.rows("SELECT PROCESSLIST_ID FROM"
                    + " performance_schema.session_connect_attrs WHERE ATTR_NAME = 'program_name'"
                    + " AND ATTR_VALUE LIKE '%compare%'");
            for (List<@Nullable String> session : sessions) {
                try {
                    if (random.nextInt(3) == 0) {
                        server.execute("KILL " + session.get(0));
                    }
                } catch (RuntimeException gone) {
                    // it had ended by itself
                }
            }
            try {
                Thread.sleep(20 + random.nextInt(100));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private String versionOf(int order) {
        return schemas.rows("SELECT HEX(changeover_version) FROM NEW.orders_0 WHERE order_id = " + order)
                .get(0)
                .get(0);
    }

    private static String kinds(Said said, int table) throws IOException {
        return JSON.readTree(said.out())
                .path("tables")
                .path(table)
                .path("different")
                .toString();
    }

    /** Inserts, updates, moves between shards, filter changes and deletes, as fast as one connection does. */
    private void write() {
        writer = CompletableFuture.runAsync(() -> {
            Random random = new Random(7);
            try (Connection connection = servers.source().connect(schemas.oldSchema());
                    Statement statement = connection.createStatement()) {
                while (!ending.get()) {
                    int id = 1 + random.nextInt(900);
                    statement.execute(
                            switch (random.nextInt(6)) {
                                case 0 -> "DELETE FROM t_order WHERE id = " + id;
                                case 1 -> "UPDATE t_order SET user_id = user_id + 1 WHERE id = " + id;
                                case 2 -> "UPDATE t_order SET is_test = NOT is_test WHERE id = " + id;
                                case 3 -> "UPDATE t_order SET note = 'n" + random.nextInt(9) + "' WHERE id = " + id;
                                case 4 ->
                                    "INSERT INTO t_code VALUES ('" + (char) ('A' + random.nextInt(26)) + "a', '"
                                            + (random.nextBoolean() ? "hot" : "HOT") + random.nextInt(50)
                                            + "', 1, NOW(3)) ON DUPLICATE KEY UPDATE hits = hits + 1";
                                default ->
                                    "INSERT IGNORE INTO t_order VALUES (" + id + ", " + random.nextInt(50)
                                            + ", 1.25, 'new', FALSE)";
                            });
                    written.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
