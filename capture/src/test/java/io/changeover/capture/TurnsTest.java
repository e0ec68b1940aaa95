package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.capture.group.Standing;
import io.changeover.capture.group.Standing.Role;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.WorkerStatus;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When an instance runs, told by a group and by runs that the test holds in its hands. */
@Timeout(30)
class TurnsTest {

    /** A run that lasts until the test ends it, or the lead is over. */
    private record FakeRun(CompletableFuture<?> over, CompletableFuture<@Nullable ChangeoverException> end) {}

    private final BlockingQueue<FakeRun> runs = new LinkedBlockingQueue<>();
    private final BlockingQueue<WorkerStatus> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread = new Thread(this::take);
    private Standing standing = Standing.first();

    private void take() {
        try {
            new Turns("capture legacy", this::run, told::add).take(standing);
        } catch (InterruptedException | RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private @Nullable ChangeoverException run(CompletableFuture<?> over) throws InterruptedException {
        FakeRun run = new FakeRun(over, new CompletableFuture<>());
        runs.add(run);
        try {
            CompletableFuture.anyOf(over, run.end()).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return run.end().getNow(null);
    }

    @BeforeEach
    void start() throws Exception {
        thread.start();
        awaitStatus("joining", false);
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
    }

    @Test
    void standby_isFineAndRunsOnlyWhenItLeads() throws Exception {
        become(Role.STANDBY);
        awaitStatus("standby", true);
        assertThat(runs).isEmpty();

        become(Role.LEADER);
        assertThat(awaitRun().over()).isNotDone();
    }

    @Test
    void leader_beginsAnewAfterAFailureOfTheEnvironment() throws Exception {
        become(Role.LEADER);
        awaitRun().end().complete(problem(ExitCode.UNREACHABLE));
        awaitStatus("waiting", false);
        assertThat(awaitRun().over()).isNotDone();
    }

    @Test
    void leaderWhoseRunEndsForAnother_beginsIt() throws Exception {
        become(Role.LEADER);
        awaitRun().end().complete(null);
        assertThat(awaitRun().over()).isNotDone();
    }

    @Test
    void leaderWhoWaits_standsByWhenTheGroupTakesTheLeadAway() throws Exception {
        become(Role.LEADER);
        awaitRun().end().complete(problem(ExitCode.UNREACHABLE));
        awaitStatus("waiting", false);
        become(Role.LOST);
        awaitStatus("joining", false);
        become(Role.STANDBY);
        awaitStatus("standby", true);
        assertThat(ended).isNotDone();
    }

    @Test
    void revokedInMidRun_endsTheRunAndStandsBy() throws Exception {
        become(Role.LEADER);
        FakeRun run = awaitRun();
        become(Role.STANDBY);
        awaitStatus("standby", true);
        assertThat(run.over()).isDone();
        become(Role.LEADER);
        awaitRun();
    }

    @Test
    void lostInMidRunAndGivenBack_runsAnew() throws Exception {
        become(Role.LEADER);
        awaitRun();
        become(Role.LOST);
        awaitStatus("joining", false);
        become(Role.LEADER);
        assertThat(awaitRun().over()).isNotDone();
    }

    @Test
    void lostInMidRunToAnother_isFenced() throws Exception {
        become(Role.LEADER);
        awaitRun();
        become(Role.LOST);
        awaitStatus("joining", false);
        become(Role.STANDBY);
        assertEndsWith(ExitCode.FENCED);
    }

    /** Else two who do not hear of each other would fence each other in turns. */
    @ParameterizedTest
    @EnumSource(names = {"FENCED", "UNSAFE_EVENT"})
    void failureThatWaitingDoesNotMend_endsTheLeader(ExitCode code) throws Exception {
        become(Role.LEADER);
        awaitRun().end().complete(problem(code));
        assertEndsWith(code);
        assertThat(runs).isEmpty();
    }

    @Test
    void groupThatDoesNotAnswer_isWaitedFor() throws Exception {
        standing = standing.hindered(problem(ExitCode.DENIED));
        WorkerStatus waiting = awaitStatus("waiting", false);
        assertThat(waiting.problems()).singleElement().extracting(Problem::code).isEqualTo(ExitCode.DENIED);
        become(Role.LEADER);
        awaitRun();
    }

    @Test
    void topicThatIsNotThere_ends() throws Exception {
        standing = standing.hindered(problem(ExitCode.TOPIC_CHANGED));
        assertEndsWith(ExitCode.TOPIC_CHANGED);
    }

    private void become(Role role) {
        standing = standing.become(role);
    }

    private FakeRun awaitRun() throws InterruptedException {
        FakeRun run = runs.poll(10, TimeUnit.SECONDS);
        assertThat(run).as("a run").isNotNull();
        return run;
    }

    private WorkerStatus awaitStatus(String phase, boolean ready) throws InterruptedException {
        WorkerStatus status = told.poll(10, TimeUnit.SECONDS);
        assertThat(status).as("a status").isNotNull();
        assertThat(status.phase()).isEqualTo(phase);
        assertThat(status.ready()).isEqualTo(ready);
        return status;
    }

    private void assertEndsWith(ExitCode code) {
        assertThatThrownBy(() -> ended.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ChangeoverException.class)
                .cause()
                .extracting(failure -> ((ChangeoverException) failure).code())
                .isEqualTo(code);
    }

    private static ChangeoverException problem(ExitCode code) {
        return new ChangeoverException(new Problem(code, "here", "it happened", "mend it"));
    }
}
