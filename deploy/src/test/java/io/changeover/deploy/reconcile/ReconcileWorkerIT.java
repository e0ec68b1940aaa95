package io.changeover.deploy.reconcile;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.Main;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.reconcile.CompareServers;
import io.changeover.reconcile.schedule.Reconcile;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who compares, and when: one at a time, neither too often nor never, and nothing that was cut is a verdict. */
@WithServers
@Timeout(240)
class ReconcileWorkerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestingServers servers;
    private final List<Reconcile> started = new ArrayList<>();

    @TempDir
    private Path folder;

    private TwoSchemas schemas;
    private WorkerGroup workers;

    @SuppressWarnings("NullAway.Init")
    ReconcileWorkerIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void migrate() throws IOException {
        prepare();
        workers.start();
        schemas.awaitCaughtUp();
    }

    private void prepare() throws IOException {
        schemas = new TwoSchemas(servers, folder)
                .old(
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, note VARCHAR(40))",
                        "INSERT INTO OLD.t_order VALUES (1, 'one'), (2, 'two'), (3, 'three')")
                .next("CREATE TABLE NEW.orders (id INT PRIMARY KEY, note VARCHAR(40))");
        mapped("1h");
        workers = schemas.workers();
    }

    private void mapped(String every) throws IOException {
        schemas.mapped("""
                  - source: legacy.OLD.t_order
                    target: shop.NEW.orders
                reconcile: { every: EVERY, patience: 20s, repair: true }
                """.replace("EVERY", every));
    }

    @AfterEach
    void end() {
        started.forEach(Reconcile::close);
        workers.close();
        schemas.close();
    }

    @Test
    void oneCompares_theOtherTakesOver_andNeitherRepeats() throws Exception {
        Reconcile one = start();
        awaitPhase(one, "scheduled");
        assertThat(runs()).isEqualTo(1);
        Reconcile other = start();
        awaitPhase(other, "standby");
        assertThat(other.status().ready()).isTrue();

        one.close();
        assertThat(one.stopped()).isCompleted();
        awaitPhase(other, "scheduled");
        assertThat(runs()).isEqualTo(1); // a run an hour
        schemas.next("UPDATE changeover.reconcile_run SET started_at = started_at - INTERVAL 2 HOUR");
        eventually(LIMIT, () -> "a second run", () -> runs() == 2);
    }

    @Test
    void whatDiffers_isMended_asTheFileSays() throws Exception {
        schemas.next("DELETE FROM NEW.orders WHERE id = 2");
        awaitPhase(start(), "scheduled");
        assertThat(schemas.rows("SELECT verdict, missing, mended FROM changeover.reconcile_run"))
                .containsExactly(List.of("equal", "1", "1"));
        assertThat(schemas.rows("SELECT id FROM NEW.orders")).hasSize(3);
    }

    @Test
    void aServerThatIsAway_isWaitedFor() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        Reconcile worker = start(new Sources() {
            @Override
            void beforeConnect() throws SQLException {
                if (away.get()) {
                    throw new SQLException("away", "08001", 2003);
                }
            }
        });
        awaitPhase(worker, "waiting");
        assertThat(worker.status().ready()).isFalse();
        assertThat(worker.status().problems()).hasSize(1);
        assertThat(runs()).isZero();
        away.set(false);
        awaitPhase(worker, "scheduled");
        assertThat(worker.status().ready()).isTrue();
        assertThat(worker.status().problems()).isEmpty();
        assertThat(runs()).isEqualTo(1);
    }

    @Test
    void aTableThatCannotBeCompared_isTold_andTheWorkGoesOn() throws Exception {
        schemas.next("RENAME TABLE NEW.orders TO NEW.gone");
        Reconcile worker = start();
        awaitPhase(worker, "scheduled");
        assertThat(worker.status().problems()).hasSize(1);
        assertThat(schemas.rows("SELECT verdict FROM changeover.reconcile_run"))
                .containsExactly(List.of("could not tell"));
        assertThat(worker.stopped()).isNotDone();

        schemas.next("RENAME TABLE NEW.gone TO NEW.orders");
        eventually(LIMIT, () -> "no problem", () -> worker.status().problems().isEmpty());
        assertThat(schemas.rows("SELECT verdict FROM changeover.reconcile_run ORDER BY id"))
                .as("mended, it is compared before its time")
                .containsExactly(List.of("could not tell"), List.of("equal"));
    }

    @Test
    void beforeTheBackfillIsDone_nothingIsCompared() throws Exception {
        workers.close();
        schemas.close();
        prepare();
        Reconcile worker = start();
        awaitPhase(worker, "awaiting backfill");
        assertThat(worker.status().ready()).isTrue();
        assertThat(runs()).isZero();
        workers.start();
        awaitPhase(worker, "scheduled");
        assertThat(schemas.rows("SELECT verdict, new_rows FROM changeover.reconcile_run"))
                .containsExactly(List.of("equal", "3"));
    }

    @Test
    void whatIsCut_isNoRun() throws Exception {
        try (Connection owner = servers.source().connect(schemas.oldSchema());
                Statement statement = owner.createStatement()) {
            statement.execute("LOCK TABLES t_order WRITE");
            Reconcile worker = start();
            awaitReading();
            worker.close();
            assertThat(worker.stopped()).isCompleted();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain(worker.name());
        }
        assertThat(runs()).isZero();
    }

    @Test
    void aProcess_endsWhileItReads() throws Exception {
        Path config = folder.resolve(schemas.pipeline().name() + ".yaml");
        try (Connection owner = servers.source().connect(schemas.oldSchema());
                Statement statement = owner.createStatement()) {
            statement.execute("LOCK TABLES t_order WRITE");
            try (ChildJvm process = ChildJvm.of(Main.class, folder.resolve("log"))
                    .arguments("reconcile", "-c", config.toString())
                    .start()) {
                awaitReading();
                process.terminate();
                assertThat(process.exitCode(LIMIT)).as(process.log()).isEqualTo(143);
                assertThat(process.log())
                        .contains("reconcile " + schemas.pipeline().name() + " stopped")
                        .doesNotContain("going anyway");
            }
        }
        assertThat(runs()).isZero();
    }

    /** Until a comparison has come to the table that somebody has locked. */
    private void awaitReading() throws Exception {
        eventually(
                LIMIT,
                "a read of the table",
                () -> !servers.source()
                        .rows(
                                "SELECT id FROM information_schema.PROCESSLIST WHERE state = 'Waiting for table metadata lock'")
                        .isEmpty());
    }

    @Test
    void reconciled_isWhatWasComparedSinceTheCall() throws Exception {
        assertThat(schemas.command("reconcile", "--once").code()).isZero();
        Said nobody = schemas.command("wait", "--for", "reconciled", "--timeout", "1s");
        assertThat(nobody.code()).as(nobody.toString()).isEqualTo(21);
        assertThat(nobody.out()).contains("table legacy.OLD.t_order: not compared since", "nobody compares");

        Reconcile seldom = start();
        awaitPhase(seldom, "scheduled");
        Said late = schemas.command("wait", "--for", "reconciled", "--timeout", "1s");
        assertThat(late.code()).isEqualTo(21);
        assertThat(late.out()).contains("not compared since").doesNotContain("nobody compares");
        seldom.close();

        mapped("1s");
        start();
        Said reached = schemas.command("wait", "--for", "reconciled", "--timeout", "60s");
        assertThat(reached.out()).as(reached.toString()).isEqualTo("reconciled\n");
        assertThat(reached.code()).isZero();
    }

    @Test
    void whatDiffers_isNotReconciled() throws IOException {
        schemas.next("RENAME TABLE NEW.orders TO NEW.gone");
        mapped("1s");
        start();
        Said said = schemas.command("wait", "--for", "reconciled", "--timeout", "15s");
        assertThat(said.code()).as(said.toString()).isEqualTo(21);
        assertThat(said.out()).contains("table legacy.OLD.t_order: could not tell");
    }

    /** The pipeline's servers, with something that happens before the sources are asked. */
    private abstract class Sources implements CompareServers {

        private final PipelineServers of;

        Sources() throws IOException {
            of = new PipelineServers(schemas.pipeline());
        }

        abstract void beforeConnect() throws SQLException;

        @Override
        public Connection source(String name) throws SQLException {
            beforeConnect();
            return of.source(name);
        }

        @Override
        public Connection target(String name) throws SQLException {
            return of.target(name);
        }
    }

    private Reconcile start() throws IOException {
        return start(new PipelineServers(schemas.pipeline()));
    }

    private Reconcile start(CompareServers of) throws IOException {
        Reconcile worker = new Reconcile(schemas.pipeline(), of);
        started.add(worker);
        worker.start();
        return worker;
    }

    private static void awaitPhase(Reconcile worker, String phase) throws Exception {
        eventually(
                LIMIT,
                () -> phase + ", not " + worker.status(),
                () -> worker.status().phase().equals(phase));
    }

    private int runs() {
        return schemas.rows("SHOW TABLES IN changeover LIKE 'reconcile_run'").isEmpty()
                ? 0
                : schemas.rows("SELECT id FROM changeover.reconcile_run").size();
    }
}
