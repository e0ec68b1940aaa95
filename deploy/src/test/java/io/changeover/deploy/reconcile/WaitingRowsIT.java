package io.changeover.deploy.reconcile;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** NoFalseAlarm: what apply has put beside the new table counts as applied, and is not there. */
@WithServers
@Timeout(240)
class WaitingRowsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestingServers servers;

    @TempDir
    private Path folder;

    private TwoSchemas schemas;

    @SuppressWarnings("NullAway.Init")
    WaitingRowsIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void schemas() {
        schemas = new TwoSchemas(servers, folder);
    }

    @AfterEach
    void close() {
        schemas.close();
    }

    @Test
    void rowThatIsHeld_isNoDifference_andHidesNone() throws Exception {
        schemas.old(
                        "CREATE TABLE OLD.t (id INT PRIMARY KEY, code VARCHAR(10), v INT)",
                        "INSERT INTO OLD.t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)")
                .next("CREATE TABLE NEW.t (id INT PRIMARY KEY, code VARCHAR(10) UNIQUE, v INT)")
                .mapped("  - { source: legacy.OLD.t, target: shop.NEW.t }\nreconcile: { patience: 20s }\n");
        try (WorkerGroup workers = schemas.workers()) {
            workers.start();
            schemas.awaitCaughtUp();
            schemas.old("INSERT INTO OLD.t VALUES (4, 'a', 4)");
            awaitWaiting("held");
            schemas.next("DELETE FROM NEW.t WHERE id = 3");

            Said found = schemas.command("reconcile", "--once", "-o", "json");

            assertThat(found.code()).as(found.toString()).isEqualTo(22);
            assertThat(tables(found).path(0).path("different")).hasToString("{\"MISSING\":1}");
            assertThat(tables(found).path(0).path("undecided").asInt()).isEqualTo(1);
            assertThat(found.out()).contains("its change waits beside the new table");

            schemas.old("UPDATE OLD.t SET code = 'aa' WHERE id = 1"); // what row 4 waits for
            eventually(
                    LIMIT,
                    "row 4",
                    () -> schemas.rows("SELECT 1 FROM NEW.t WHERE id = 4").size() == 1);
            Said mended = schemas.command("reconcile", "--once", "--repair", "--timeout", "90s");
            assertThat(mended.code()).as(mended.toString()).isZero();
        }
    }

    @Test
    void rowInCollision_isNoDifference() throws Exception {
        schemas.old(
                        "CREATE TABLE OLD.a (id INT PRIMARY KEY, v INT)",
                        "CREATE TABLE OLD.b LIKE OLD.a",
                        "INSERT INTO OLD.a VALUES (1, 1), (2, 2)",
                        "INSERT INTO OLD.b VALUES (3, 3)")
                .next("CREATE TABLE NEW.ab (id INT PRIMARY KEY, v INT)")
                .mapped("""
                          - { source: legacy.OLD.a, target: shop.NEW.ab, key: { id: id }, columns: { v: v } }
                          - { source: legacy.OLD.b, target: shop.NEW.ab, key: { id: id }, columns: { v: v } }
                        reconcile: { patience: 20s }
                        """);
        try (WorkerGroup workers = schemas.workers()) {
            workers.start();
            schemas.awaitCaughtUp();
            schemas.old("INSERT INTO OLD.b VALUES (1, 10)");
            awaitWaiting("collision");

            Said found = schemas.command("reconcile", "--once", "-o", "json");

            assertThat(found.code()).as(found.toString()).isEqualTo(21);
            assertThat(tables(found))
                    .hasSize(2)
                    .allSatisfy(table -> assertThat(table.path("different")).isEmpty());
            assertThat(found.out()).contains("its change waits beside the new table");
        }
    }

    private void awaitWaiting(String kind) throws Exception {
        eventually(
                LIMIT,
                () -> schemas.rows("SELECT kind, reason FROM changeover.deferred")
                        .toString(),
                () -> schemas.rows("SELECT kind FROM changeover.deferred").equals(List.of(List.of(kind))));
    }

    private static JsonNode tables(Said said) throws IOException {
        return new ObjectMapper().readTree(said.out()).path("tables");
    }
}
