package io.changeover.capture;

import io.changeover.capture.group.KafkaMembership;
import io.changeover.capture.group.Membership;
import io.changeover.capture.preflight.SourceGrants;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures one source: its binlog and, where wanted, its rows as of now, onto the topics. Of several instances one runs, the
 * others stand by. Errors of the environment (server or Kafka away, access denied) end a run and another one begins from the
 * durable position, for ever, with back-off; any other problem ends the capture.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link Turns} for when it runs, {@link CaptureRun}.
 */
public final class Capture implements Worker, MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);

    /** After it the group is left, so that a standby takes over, whatever the run still waits for: the fence ends it. */
    private static final Duration ORDERLY_END = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(7);

    private final CaptureSettings settings;
    private final Supplier<Membership> membership;
    private final CaptureCounters counters = new CaptureCounters();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Rehearsal rehearsal;
    private final Thread thread;
    private volatile @Nullable Membership member;
    private volatile boolean stopping;
    private volatile WorkerStatus status = new WorkerStatus(false, "starting", List.of());

    public Capture(CaptureSettings settings) {
        this(
                settings,
                () -> new KafkaMembership(
                        settings.kafka().properties(),
                        settings.group(),
                        settings.sourceTopics().progress()));
    }

    /** @param membership is asked once; for tests whose members misbehave */
    Capture(CaptureSettings settings, Supplier<Membership> membership) {
        this.settings = settings;
        this.membership = membership;
        this.rehearsal = new Rehearsal(settings);
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
        if (stopped.isDone()) {
            return present;
        }
        List<Problem> problems = new ArrayList<>(present.problems());
        problems.addAll(counters.stops());
        return new WorkerStatus(present.ready(), present.phase(), problems);
    }

    /** How far it is. */
    public CaptureProgress progress() {
        return counters.progress();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new CaptureMeters(settings, counters, this::status).bindTo(registry);
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public List<String> lostThreads() {
        boolean lost = thread.getState() == Thread.State.TERMINATED && !stopped.isDone();
        return lost ? List.of(thread.getName()) : List.of();
    }

    private void work() {
        try (Rehearsal waiting = rehearsal;
                Membership group = membership.get()) {
            member = group;
            waiting.start();
            new Turns(name(), this::run, now -> status = now).take(group.join());
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

    /** One run, to its end, at the latest when {@code over} completes; what ended it, null when another one may begin. */
    private @Nullable ChangeoverException run(CompletableFuture<?> over) throws InterruptedException {
        String place = "source " + settings.source().name() + ", server "
                + settings.source().server().address();
        ChangeoverException failure = null;
        rehearsal.end();
        counters.began();
        try (CaptureRun run = new CaptureRun(settings, counters)) {
            status = new WorkerStatus(false, "starting", List.of());
            try {
                run.start();
                if (over.isDone()) {
                    // not as if replaced in mid-run: it may have taken over too late itself, and the other one ends
                    failure = new ChangeoverException(new Problem(
                            ExitCode.UNREACHABLE,
                            place,
                            "the lead was lost while the run began",
                            "it stands by again"));
                } else {
                    status = new WorkerStatus(true, "streaming", List.of());
                    LOG.info("{} runs", name());
                    run.await(over);
                }
            } catch (SQLException | ExecutionException | IOException | RuntimeException e) {
                LOG.debug("run of {} ended", name(), e);
                failure = withGrants(CaptureFailure.of(e, place), place);
                if (!stopping && !CaptureFailure.passes(failure) && failure.code() != ExitCode.FENCED) {
                    status = new WorkerStatus(false, "stopping", failure.problems());
                    run.stopped(failure);
                }
            }
        } catch (RuntimeException e) { // of its end, which an interrupt of ours may cut
            LOG.debug("run of {} did not end in good order", name(), e);
            failure = failure == null ? CaptureFailure.of(e, place) : failure;
        }
        if (stopping) {
            throw new InterruptedException("the capture is closed");
        }
        if (failure != null) {
            counters.failed();
        }
        if (over.isDone()) {
            counters.begin(Map.of()); // what it left is told by who leads
        }
        return failure;
    }

    /** Where a privilege is missing: the statement that gives it, which the server's own word does not hold. */
    private ChangeoverException withGrants(ChangeoverException failure, String place) {
        if (failure.code() != ExitCode.DENIED || stopping) {
            return failure;
        }
        MySqlServer server = MySqlServer.of(settings.source().server(), "capture " + settings.pipeline());
        try (Connection connection = server.connect()) {
            List<Problem> missing =
                    SourceGrants.missing(connection, place, settings.rowTopics().keySet());
            return missing.isEmpty() ? failure : new ChangeoverException(missing);
        } catch (SQLException e) {
            return failure; // not let in at all
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
            thread.join(ORDERLY_END.toMillis());
            Membership left = member;
            if (thread.isAlive() && left != null) {
                LOG.info("{} takes its time to end, and leaves its group, so that another one can take over", name());
                left.close();
                thread.join(GRACE.toMillis());
            }
            if (thread.isAlive()) {
                LOG.warn("{} has not ended: what it waits for ends with the process", name());
                LOG.debug("{} is at {}", name(), List.of(thread.getStackTrace()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
