package io.changeover.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.TargetHistory;
import io.changeover.transport.testing.ChildJvm;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Capture and apply are killed again and again while the backfill runs and the application writes; nothing may show it. */
@Tag("fault")
@Timeout(1800)
class KillNineFaultIT {

    private static final int KILLS = Integer.getInteger("kills", 20);
    private static final int ORDERS = Integer.getInteger("orders", 150_000);
    private static final long SEED = Long.getLong("seed", 20260101);

    @Test
    void captureAndApplyKilledAtRandomMoments_loseNothingAndNeverGoBack() throws Exception {
        Random random = new Random(SEED);
        try (Migration migration = new Migration(ORDERS, SEED)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            ChildJvm capture = migration.capture("capture");
            ChildJvm apply = migration.apply("apply");
            try (LiveWorkload workload = migration.workload()) {
                workload.start();
                int captures = 0;
                int applies = 0;
                while (captures < KILLS || applies < KILLS) {
                    // a JVM needs seconds to start its work: the moments are spread over the start and the work
                    Thread.sleep(500 + random.nextInt(9000));
                    boolean killCapture = captures < KILLS && (applies >= KILLS || random.nextBoolean());
                    if (killCapture) {
                        assertThat(capture.isAlive())
                                .as(() -> "capture ended by itself")
                                .isTrue();
                        capture.kill9();
                        capture = migration.capture("capture");
                        captures++;
                    } else {
                        assertThat(apply.isAlive())
                                .as(() -> "apply ended by itself")
                                .isTrue();
                        apply.kill9();
                        apply = migration.apply("apply");
                        applies++;
                    }
                    System.out.printf(
                            "kills: capture %d, apply %d; target binlog %s%n",
                            captures, applies, migration.target().gtidExecuted());
                }
                workload.stop();
                System.out.println("transactions written meanwhile: " + workload.transactions());
            }
            assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "300s"))
                    .as(migration.commandLog())
                    .isZero();
            assertThat(migration.equalTables()).isEqualTo(Map.of("order", true, "account", true));
            TargetHistory history = migration.history();
            assertThat(history.violations()).isEmpty();
            System.out.println("checked in the target's history: " + history.summary());
            capture.close();
            apply.close();
        }
    }
}
