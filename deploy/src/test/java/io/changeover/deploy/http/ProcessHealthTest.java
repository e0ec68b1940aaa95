package io.changeover.deploy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class ProcessHealthTest {

    private static final Problem AWAY = new Problem(ExitCode.UNREACHABLE, "target shop", "away", "start it");

    private final ProcessHealth health = new ProcessHealth();
    private final FakeWorker worker = new FakeWorker();

    @Test
    void withoutWorkers_isAliveAndNotReady_andSaysWhy() {
        health.waits(List.of(AWAY));
        assertThat(health.life().live()).isTrue();
        assertThat(health.readiness().ready()).isFalse();
        assertThat(health.readiness().problems())
                .containsExactly(new Told.Trouble(13, "target shop", "away", "start it"));
        health.works(List.of(worker));
        assertThat(health.readiness().problems()).isEmpty();
    }

    @Test
    void ready_isWhoWorks_orStandsBy() {
        health.works(List.of(worker, new FakeWorker().says(true, "standby")));
        assertThat(health.readiness().ready()).isTrue();
        health.works(List.of(worker, new FakeWorker().says(false, "waiting")));
        assertThat(health.readiness().ready()).isFalse();
        assertThat(health.readiness().workers()).extracting(Told.Work::ready).containsExactly(true, false);
    }

    @Test
    void aTableThatIsLeft_isNotReady_thoughTheOthersGoOn() {
        health.works(List.of(worker.says(true, "streaming", AWAY)));
        assertThat(health.readiness().ready()).isFalse();
        assertThat(health.life().live()).isTrue();
    }

    @Test
    void aThreadThatEnded_isNoLife() {
        health.works(List.of(worker));
        assertThat(health.life().live()).isTrue();
        worker.lost = List.of("apply orders pace");
        assertThat(health.life()).isEqualTo(new Told.Life(false, List.of("apply orders pace"), List.of()));
    }

    @Test
    void aDeadlock_isNoLife() throws Exception {
        Lock one = new ReentrantLock();
        Lock other = new ReentrantLock();
        CountDownLatch both = new CountDownLatch(2);
        Thread first = embrace("first", one, other, both);
        Thread second = embrace("second", other, one, both);
        try {
            while (first.getState() != Thread.State.WAITING || second.getState() != Thread.State.WAITING) {
                first.join(Duration.ofMillis(5).toMillis());
            }
            assertThat(health.life().live()).isFalse();
            assertThat(health.life().deadlocked()).containsExactlyInAnyOrder("first", "second");
        } finally {
            first.interrupt();
            second.interrupt();
            first.join();
            second.join();
        }
        assertThat(health.life().live()).isTrue();
    }

    private static Thread embrace(String name, Lock mine, Lock yours, CountDownLatch both) {
        Thread thread = new Thread(
                () -> {
                    mine.lock();
                    try {
                        both.countDown();
                        both.await();
                        yours.lockInterruptibly();
                        yours.unlock();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        mine.unlock();
                    }
                },
                name);
        thread.start();
        return thread;
    }
}
