package io.changeover.deploy.reconcile;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.Main;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A comparison that is killed goes on where it was, and tells what one that was never killed would tell. */
@WithServers
@Timeout(240)
class ResumedReconcileIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final int ROWS = 60_000;

    /** Three chunks of a walk between two notes, and 10 s for all of it. */
    private static final int ROWS_PER_SECOND = 6_000;

    private static final int BUSY = 6;

    private final TestingServers servers;

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;

    @SuppressWarnings("NullAway.Init")
    ResumedReconcileIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, note VARCHAR(40))",
                        "INSERT INTO OLD.t_order WITH RECURSIVE n AS (SELECT 1 id UNION ALL SELECT id + 1 FROM n WHERE id < "
                                + ROWS + ") SELECT /*+ SET_VAR(cte_max_recursion_depth = " + ROWS
                                + ") */ id, CONCAT('note ', id) FROM n")
                .next("CREATE TABLE NEW.orders (id INT PRIMARY KEY, note VARCHAR(40))")
                .mapped("""
                          - source: legacy.OLD.t_order
                            target: shop.NEW.orders
                        reconcile: { every: 1h, patience: 20s, rowsPerSecond: PACE }
                        """.replace("PACE", Integer.toString(ROWS_PER_SECOND)));
        workers = schemas.workers();
        workers.start();
        schemas.awaitCaughtUp();
        schemas.next("DELETE FROM NEW.orders WHERE id = 7", "UPDATE NEW.orders SET note = 'x' WHERE id = 59000");
    }

    @AfterEach
    void end() {
        workers.close();
        schemas.close();
    }

    @Test
    void killedTwice_itGoesOn_andTellsAllOfIt() throws Exception {
        String before = killedAfterANote("");
        String noted = killedAfterANote(before);
        String began = began();
        assertThat(noted).isNotEqualTo(before);
        try (ChildJvm last = start()) {
            last.awaitLogLine("goes on", LIMIT);
            awaitRun();
        }
        assertThat(schemas.rows("SELECT verdict, old_rows, new_rows, missing, altered, started_at FROM"
                        + " changeover.reconcile_run"))
                .containsExactly(
                        List.of("different", Integer.toString(ROWS), Integer.toString(ROWS - 1), "1", "1", began));
        assertThat(schemas.rows("SELECT row_key FROM changeover.reconcile_difference"))
                .containsExactlyInAnyOrder(List.of("id=7"), List.of("id=59000"));
        assertThat(schemas.rows("SELECT target FROM changeover.reconcile_scan")).isEmpty();
    }

    @Test
    void aTableThatWasAlteredMeanwhile_isComparedFromItsBeginning() throws Exception {
        killedAfterANote("");
        String began = began();
        schemas.next("ALTER TABLE NEW.orders ADD extra INT");
        try (ChildJvm last = start()) {
            last.awaitLogLine("begins anew", LIMIT);
            awaitRun();
        }
        assertThat(schemas.rows("SELECT verdict, old_rows, new_rows, started_at > '" + began
                        + "' FROM changeover.reconcile_run"))
                .containsExactly(List.of("different", Integer.toString(ROWS), Integer.toString(ROWS - 1), "1"));
    }

    @Test
    void aBusyServer_isNotRead() throws Exception {
        Path config = folder.resolve(schemas.pipeline().name() + ".yaml");
        String limited =
                Files.readString(config).replaceFirst("(?m)^(  shop: .*tls: disabled)", "$1, maxThreadsRunning: 4");
        assertThat(limited).contains("maxThreadsRunning: 4");
        Files.writeString(config, limited);
        ExecutorService sessions = Executors.newFixedThreadPool(BUSY);
        try {
            for (int i = 0; i < BUSY; i++) {
                sessions.execute(() -> schemas.next("DO SLEEP(20)"));
            }
            eventually(
                    LIMIT,
                    () -> "sessions",
                    () -> schemas.rows("SELECT id FROM information_schema.PROCESSLIST WHERE info = 'DO SLEEP(20)'")
                                    .size()
                            == BUSY);
            Said said = schemas.command("reconcile", "--once");
            assertThat(said.err()).contains("nothing is read: target shop: Threads_running", "the comparison goes on");
            assertThat(said.code()).as(said.toString()).isEqualTo(22);
        } finally {
            sessions.shutdownNow();
        }
    }

    /** Compares until something is noted that was not; gives the note. */
    private String killedAfterANote(String before) throws Exception {
        try (ChildJvm process = start()) {
            eventually(
                    LIMIT,
                    () -> "a note, " + process.log(),
                    () -> !List.of("", before).contains(note()));
            process.kill9();
        }
        assertThat(schemas.rows("SHOW TABLES IN changeover LIKE 'reconcile_run'"))
                .hasSize(1);
        assertThat(schemas.rows("SELECT id FROM changeover.reconcile_run"))
                .as("a comparison that was cut is no run")
                .isEmpty();
        return note();
    }

    private ChildJvm start() throws IOException {
        Path config = folder.resolve(schemas.pipeline().name() + ".yaml");
        return ChildJvm.of(Main.class, folder.resolve("log"))
                .arguments("reconcile", "-c", config.toString())
                .start();
    }

    private String note() {
        return schemas.rows("SHOW TABLES IN changeover LIKE 'reconcile_scan'").isEmpty()
                ? ""
                : schemas.rows("SELECT state FROM changeover.reconcile_scan").stream()
                        .map(row -> String.valueOf(row.get(0)))
                        .findFirst()
                        .orElse("");
    }

    private String began() {
        return String.valueOf(schemas.rows("SELECT started_at FROM changeover.reconcile_scan")
                .get(0)
                .get(0));
    }

    private void awaitRun() throws Exception {
        eventually(
                LIMIT,
                () -> "a run",
                () -> !schemas.rows("SELECT id FROM changeover.reconcile_run").isEmpty());
    }
}
