package io.changeover.capture;

import io.changeover.capture.group.Standing;
import io.changeover.capture.group.Standing.Role;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When an instance runs: while it leads its group, again and again; else it stands by. The group decides who tries; that no
 * two instances publish is the fence of the publisher, so a wrong or late word of the group costs time, never a row.
 *
 * <p>Who is replaced in mid-run without having handed over (frozen, or cut off from Kafka) ends with 16, whether the fence tells
 * it first or the group. Who hands over, or was not running, stands by. So nobody fences back, and there are no turns for ever.
 *
 * <p>Confined to one thread.
 */
final class Turns {

    /** What is done by who leads. */
    interface Work {

        /** One run, to its end, at the latest when {@code over} completes; what ended it, null when another one may begin. */
        @Nullable
        ChangeoverException run(CompletableFuture<?> over) throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(20);

    private final String name;
    private final Work work;
    private final Consumer<WorkerStatus> status;

    /** @param status is told what the instance does while it does not run */
    Turns(String name, Work work, Consumer<WorkerStatus> status) {
        this.name = name;
        this.work = work;
        this.status = status;
    }

    /**
     * Runs and stands by until the thread is interrupted.
     *
     * @throws ChangeoverException what has to stop the capture
     */
    void take(Standing first) throws InterruptedException {
        Standing standing = first;
        while (true) {
            standing = standing.role() == Role.LEADER ? lead(standing) : leave(standing);
        }
    }

    private Standing lead(Standing leader) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!leader.isOver()) {
            long begin = System.nanoTime();
            ChangeoverException failure = work.run(leader.next());
            if (failure == null && leader.isOver()) {
                return cut(leader.next().join());
            }
            if (failure == null) {
                continue;
            }
            if (!CaptureFailure.passes(failure)) {
                throw failure;
            }
            LOG.warn("{} waits {} and begins anew: {}", name, pause, failure.getMessage());
            status.accept(new WorkerStatus(false, "waiting", failure.problems()));
            boolean lasted = System.nanoTime() - begin > Duration.ofMinutes(1).toNanos();
            pause = lasted ? FIRST_PAUSE : min(pause.multipliedBy(2), LAST_PAUSE);
            await(leader, ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis()));
        }
        return leader.next().join();
    }

    /** A run was cut. One who is alone gets its place back after a long pause; else another one has it. */
    private Standing cut(Standing after) throws InterruptedException {
        Standing standing = after;
        while (standing.role() == Role.LOST) {
            standing = leave(standing);
        }
        if (after.role() == Role.LOST && standing.role() == Role.STANDBY) {
            throw new ChangeoverException(new Problem(
                    ExitCode.FENCED,
                    name,
                    "Kafka did not hear of this instance for longer than its session, and another one took over",
                    "nothing is lost: the other one captures; start this one again to have it stand by; was it frozen, or"
                            + " cut off from Kafka?"));
        }
        return standing;
    }

    /** Tells a standing that is not the leader's, and waits for its end. */
    private Standing leave(Standing standing) throws InterruptedException {
        ChangeoverException problem = standing.problem();
        if (problem != null) {
            if (!CaptureFailure.passes(problem)) {
                throw problem;
            }
            LOG.warn("{} does not know who leads, and waits: {}", name, problem.getMessage());
            status.accept(new WorkerStatus(false, "waiting", problem.problems()));
        } else if (standing.role() == Role.STANDBY) {
            LOG.info("{} stands by: another instance leads", name);
            status.accept(new WorkerStatus(true, "standby", List.of()));
        } else {
            LOG.info("{} joins its group", name);
            status.accept(new WorkerStatus(false, "joining", List.of()));
        }
        try {
            return standing.next().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(Standing standing, long millis) throws InterruptedException {
        try {
            standing.next().get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // nothing new
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
