package io.changeover.deploy.fault;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.Main;
import io.changeover.transport.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What its machine does to a capture: told to end under load, too little memory, too few files, a log that nobody reads. */
@Tag("fault")
@Timeout(1200)
class ProcessFaultIT {

    private static final int ENDS = Integer.getInteger("ends", 6);
    private static final long SEED = Long.getLong("seed", 20260102);

    /** What capture has to hand over, and what a busy machine takes. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private static final Duration START = Duration.ofSeconds(90);

    @Test
    void captureToldToEndUnderLoad_endsInItsGrace_andNothingComesTwice() throws Exception {
        Random random = new Random(SEED);
        try (Migration migration = new Migration(60_000, SEED)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            try (LiveWorkload workload = migration.workload()) {
                workload.start();
                for (int end = 0; end < ENDS; end++) {
                    try (ChildJvm capture = migration.capture("capture-" + end)) {
                        capture.awaitLogLine("capture legacy runs", START);
                        Thread.sleep(random.nextInt(5000)); // amid backfill and stream
                        capture.terminate();
                        assertThat(capture.exitCode(GRACE)).as(capture.log()).isIn(0, 143);
                        assertThat(capture.log()).doesNotContain("going anyway");
                    }
                }
                workload.stop();
            }
            try (ChildJvm capture = migration.capture("capture");
                    ChildJvm apply = migration.apply("apply")) {
                assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "300s"))
                        .as(migration.commandLog())
                        .isZero();
                assertThat(capture.isAlive()).isTrue();
                assertThat(apply.isAlive()).isTrue();
            }
            assertThat(migration.equalTables()).isEqualTo(Map.of("order", true, "account", true));
            assertThat(migration.repeated()).isEmpty();
        }
    }

    /** A process that cannot go on ends: a thread that is dead in one that lives would look like a quiet source. */
    @Test
    void rowsThatDoNotFitTheHeap_endTheProcess() throws Exception {
        try (Migration migration = new Migration(100, SEED)) {
            migration
                    .source()
                    .execute(
                            "ALTER TABLE trade.t_order MODIFY note LONGTEXT",
                            "UPDATE trade.t_order SET note = REPEAT('x', 12000000) WHERE order_id < 10");
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            try (ChildJvm capture = migration.capture("capture", "-Xmx48m", "-XX:+ExitOnOutOfMemoryError")) {
                assertThat(capture.exitCode(Duration.ofMinutes(3)))
                        .as(capture.log())
                        .isNotZero();
            }
        }
    }

    @Test
    void tooFewFiles_areToldBeforeAnythingElse(@TempDir Path folder) throws Exception {
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 64; exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "-c",
                        "pipeline.yaml",
                        "capture")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(1);
        assertThat(Files.readString(said))
                .contains("[1]", "may open 64 files", "needs 256", "ulimit -n")
                .doesNotContain("\tat ");
    }

    /** The pipe of stderr is full after some lines, and nobody takes anything out of it. */
    @Test
    void logThatNobodyReads_doesNotHoldTheDataUp(@TempDir Path folder) throws Exception {
        try (Migration migration = new Migration(1000, SEED)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            // a pipe holds 64 KB: the first line of the log does not fit any more
            Process capture = new ProcessBuilder(
                            "bash",
                            "-c",
                            "head -c 65500 /dev/zero >&2; exec \"$@\"",
                            "bash",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "-c",
                            migration.file().toString(),
                            "capture")
                    .redirectOutput(folder.resolve("out").toFile())
                    .start();
            try (LiveWorkload workload = migration.workload();
                    ChildJvm apply = migration.apply("apply")) {
                workload.start();
                eventually(
                        Duration.ofMinutes(2),
                        "positions",
                        () -> migration.position().isPresent());
                migration.endConnections(); // which it has to say, and to go on from
                TimeUnit.SECONDS.sleep(5);
                workload.stop();
                assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "180s"))
                        .as(migration.commandLog())
                        .isZero();
                assertThat(apply.isAlive()).isTrue();
                assertThat(capture.getErrorStream().available()).isGreaterThan(65_000);
                assertThat(capture.isAlive()).isTrue();
                capture.destroy();
                assertThat(capture.waitFor(60, TimeUnit.SECONDS))
                        .as("ends when it is told")
                        .isTrue();
            } finally {
                capture.destroyForcibly();
            }
        }
    }
}
