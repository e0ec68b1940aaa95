package io.changeover.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static final Duration START = Duration.ofSeconds(60);

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
                assertNothingLost(migration, workload);
                assertThat(capture.isAlive()).isTrue();
            }
        }
    }

    @Test
    void frozenCaptureWakesUpAfterTheStandbyTookOver_endsWith16() throws Exception {
        try (Migration migration = new Migration(60_000, 8)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            try (ChildJvm one = migration.capture("capture-one");
                    ChildJvm apply = migration.apply("apply");
                    LiveWorkload workload = migration.workload()) {
                workload.start();
                one.awaitLogLine("capture legacy runs", START);
                try (ChildJvm other = migration.capture("capture-other")) {
                    other.awaitLogLine("capture legacy stands by", START);
                    Thread.sleep(5_000);
                    one.sigstop();
                    other.awaitLogLine("capture legacy runs", START);
                    Thread.sleep(FROZEN.toMillis());
                    one.sigcont();
                    assertThat(one.exitCode(Duration.ofSeconds(60))).isEqualTo(16);
                    assertThat(other.isAlive()).isTrue();
                    assertThat(apply.isAlive()).isTrue();
                    assertNothingLost(migration, workload);
                }
            }
        }
    }

    /** Killed, ended, and killed without anybody who stands by; the times are printed, for the README of capture. */
    @Test
    void standbyPublishesWithin10SecondsOfAKill() throws Exception {
        try (Migration migration = new Migration(60_000, 9)) {
            assertThat(migration.command("prepare", "--execute"))
                    .as(migration.commandLog())
                    .isZero();
            ChildJvm leader = migration.capture("capture-0");
            try (ChildJvm apply = migration.apply("apply");
                    LiveWorkload workload = migration.workload()) {
                workload.start();
                leader.awaitLogLine("capture legacy runs", START);
                List<Duration> kills = new ArrayList<>();
                List<Duration> ends = new ArrayList<>();
                for (int round = 1; round <= 2 * ROUNDS; round++) {
                    ChildJvm standby = migration.capture("capture-" + round);
                    standby.awaitLogLine("capture legacy stands by", START);
                    Thread.sleep(2_000);
                    ChildJvm leading = leader;
                    leader = standby;
                    if (round % 2 == 0) {
                        kills.add(migration.untilPublished(leading::kill9));
                    } else {
                        ends.add(migration.untilPublished(() -> {
                            leading.terminate();
                            assertThat(leading.exitCode(START)).isIn(0, 143);
                        }));
                    }
                }
                ChildJvm alone = leader;
                ChildJvm[] next = new ChildJvm[1];
                Duration restart = migration.untilPublished(() -> {
                    alone.kill9();
                    next[0] = migration.capture("capture-anew");
                });
                leader = next[0];
                System.out.printf(
                        "take-over until the next position: killed %s, ended %s; restart of one that was killed: %s%n",
                        kills, ends, restart);
                assertThat(kills).allMatch(time -> time.compareTo(Duration.ofSeconds(10)) < 0);
                assertThat(ends).allMatch(time -> time.compareTo(Duration.ofSeconds(5)) < 0);
                assertThat(restart).isLessThan(Duration.ofSeconds(30));
                assertThat(apply.isAlive()).isTrue();
                assertNothingLost(migration, workload);
            } finally {
                leader.close();
            }
        }
    }

    private static void assertNothingLost(Migration migration, LiveWorkload workload) throws Exception {
        workload.stop();
        assertThat(migration.command("wait", "--for", "caught-up", "--timeout", "180s"))
                .as(migration.commandLog())
                .isZero();
        assertThat(migration.equalTables()).isEqualTo(Map.of("order", true, "account", true));
        assertThat(migration.violations()).isEmpty();
    }
}
