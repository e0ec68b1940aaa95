package io.changeover.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.ChildJvm;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A frozen instance wakes up after another one took over its work: it must find out, and must not have written. */
@Tag("fault")
@Timeout(900)
class TakeoverFaultIT {

    private static final int ROUNDS = Integer.getInteger("rounds", 3);

    /** Above the session time-out of 6 s, so that the group has given the partitions to the other. */
    private static final Duration FROZEN = Duration.ofSeconds(14);

    @Test
    void frozenApplyWakesUpAfterTheOtherTookOver_neverGoesBack() throws Exception {
        try (Migration migration = new Migration(60_000, 7)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            try (ChildJvm capture = migration.capture("capture");
                    ChildJvm one = migration.apply("apply-one");
                    ChildJvm other = migration.apply("apply-other");
                    LiveWorkload workload = migration.workload()) {
                workload.start();
                Thread.sleep(15_000);
                for (int round = 0; round < ROUNDS; round++) {
                    ChildJvm frozen = round % 2 == 0 ? one : other;
                    frozen.sigstop();
                    Thread.sleep(FROZEN.toMillis());
                    frozen.sigcont();
                    Thread.sleep(6_000);
                }
                workload.stop();
                assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "180s"))
                        .as(migration.commandLog())
                        .isZero();
                assertThat(capture.isAlive()).isTrue();
                assertThat(migration.equalTables()).isEqualTo(Map.of("order", true, "account", true));
                assertThat(migration.violations()).isEmpty();
            }
        }
    }

    @Test
    void frozenCaptureWakesUpAfterTheOtherTookOver_isFencedWith16() throws Exception {
        try (Migration migration = new Migration(60_000, 8)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            try (ChildJvm one = migration.capture("capture-one");
                    ChildJvm apply = migration.apply("apply");
                    LiveWorkload workload = migration.workload()) {
                workload.start();
                Thread.sleep(10_000);
                one.sigstop();
                Thread.sleep(3_000);
                try (ChildJvm other = migration.capture("capture-other")) {
                    Thread.sleep(FROZEN.toMillis());
                    one.sigcont();
                    assertThat(one.exitCode(Duration.ofSeconds(60))).isEqualTo(16);
                    workload.stop();
                    assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "180s"))
                            .as(migration.commandLog())
                            .isZero();
                    assertThat(other.isAlive()).isTrue();
                    assertThat(apply.isAlive()).isTrue();
                    assertThat(migration.equalTables()).isEqualTo(Map.of("order", true, "account", true));
                    assertThat(migration.violations()).isEmpty();
                }
            }
        }
    }
}
