package io.changeover.capture;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures one source: its binlog and, where wanted, its rows as of now, onto the topics. Errors of the environment (server
 * or Kafka away, access denied) end a run and another one begins from the durable position, for ever, with back-off; any
 * other problem ends the capture.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link CaptureRun}.
 */
public final class Capture implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CaptureSettings settings;
    private final CaptureCounters counters = new CaptureCounters();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile WorkerStatus status = new WorkerStatus(false, "starting", List.of());

    public Capture(CaptureSettings settings) {
        this.settings = settings;
        this.thread = new Thread(this::work, name());
        this.thread.setDaemon(true);
    }

    @Override
    public String name() {
        return "capture " + settings.source().name();
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public WorkerStatus status() {
        WorkerStatus present = status;
        List<Problem> problems = new ArrayList<>(present.problems());
        problems.addAll(counters.stops());
        return new WorkerStatus(present.ready(), present.phase(), problems);
    }

    /** How far it is. */
    public CaptureProgress progress() {
        return counters.progress();
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    private void work() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!stopping) {
                long begin = System.nanoTime();
                ChangeoverException failure = run();
                if (stopping) {
                    break;
                }
                if (failure == null) {
                    continue;
                }
                if (!CaptureFailure.passes(failure)) {
                    throw failure;
                }
                LOG.warn("{} waits {} and begins anew: {}", name(), pause, failure.getMessage());
                status = new WorkerStatus(false, "waiting", failure.problems());
                boolean lasted =
                        System.nanoTime() - begin > Duration.ofMinutes(1).toNanos();
                pause = lasted ? FIRST_PAUSE : min(pause.multipliedBy(2), LAST_PAUSE);
                Thread.sleep(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis()));
            }
            end(left());
        } catch (InterruptedException e) {
            end(left());
        } catch (ChangeoverException e) {
            LOG.error("{} stops: {}", name(), e.getMessage(), e.code() == ExitCode.BUG ? e : null);
            end(e);
        } catch (RuntimeException | Error e) {
            LOG.error("{} stops", name(), e);
            end(CaptureFailure.of(e, name()));
        }
    }

    /** One run, to its end; what ended it, or null when the next one is to begin at once. */
    private @Nullable ChangeoverException run() {
        try (CaptureRun run = new CaptureRun(settings, counters)) {
            status = new WorkerStatus(false, "starting", List.of());
            run.start();
            status = new WorkerStatus(true, "streaming", List.of());
            LOG.info("{} runs", name());
            run.await();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CaptureFailure.of(e, name());
        } catch (SQLException | ExecutionException | IOException | RuntimeException e) {
            LOG.debug("run of {} ended", name(), e);
            return CaptureFailure.of(
                    e,
                    "source " + settings.source().name() + ", server "
                            + settings.source().server().address());
        }
    }

    /** Told in good order to end while tables are not captured, it says so once more. */
    private @Nullable ChangeoverException left() {
        List<Problem> stops = counters.stops();
        return stops.isEmpty() ? null : new ChangeoverException(stops);
    }

    private void end(@Nullable ChangeoverException failure) {
        status = new WorkerStatus(false, "stopped", failure == null ? List.of() : failure.problems());
        if (failure == null) {
            stopped.complete(null);
            return;
        }
        stopped.completeExceptionally(failure);
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(GRACE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
