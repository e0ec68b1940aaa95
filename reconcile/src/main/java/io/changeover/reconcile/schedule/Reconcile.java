package io.changeover.reconcile.schedule;

import io.changeover.reconcile.CompareServers;
import io.changeover.reconcile.LiveCompare;
import io.changeover.reconcile.ScanNotes;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Barrier;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares all tables of a pipeline again and again, each from the end of its backfill on. Several may run: one compares, the
 * others stand by. Nothing but {@link #close} ends it: a table that cannot be compared is told of as such, a server that is
 * away is waited for. Thread-safe.
 *
 * <p>Next: {@link Schedule}, then {@link LiveCompare}.
 */
public final class Reconcile implements Worker, MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(Reconcile.class);

    /** How often one that stands by asks whether it may compare. */
    private static final Duration STANDBY = Duration.ofSeconds(1);

    /** The longest rest: others may have compared meanwhile, or taken over. */
    private static final Duration REST = Duration.ofSeconds(10);

    /** What failed, or is not there yet, is tried again after this time. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** So often the time is doubled, to ten minutes. */
    private static final int MOST_DOUBLED = 7;

    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Tables that go to one new table. Confined to the worker's thread. */
    private static final class Together implements Schedule.Turn {

        private final List<TableDefinition> tables;
        private long notBefore = System.nanoTime();
        private @Nullable Problem problem;
        private int failures;
        private boolean backfilling;

        Together(List<TableDefinition> tables) {
            this.tables = tables;
        }

        @Override
        public Collection<String> labels() {
            return tables.stream().map(TableDefinition::label).toList();
        }

        @Override
        public Duration pause() {
            return Duration.ofNanos(notBefore - System.nanoTime());
        }

        @Override
        public boolean isOpen() {
            return problem != null;
        }

        @Override
        public String target() {
            return LiveCompare.target(tables.get(0));
        }

        void retryLater() {
            notBefore = System.nanoTime() + RETRY.toNanos();
        }

        /** Later and later: it may take long to fail. */
        void retryMuchLater() {
            failures = Math.min(failures + 1, MOST_DOUBLED);
            notBefore = System.nanoTime() + (RETRY.toNanos() << (failures - 1));
        }

        @Override
        public String toString() {
            return String.join(", ", labels());
        }
    }

    private final PipelineDefinition pipeline;
    private final OpenServers servers;
    private final RunProgress progress;
    private final LiveCompare compare;
    private final RunHistory history;
    private final Schedule schedule;
    private final List<Together> tables;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile WorkerStatus status = new WorkerStatus(false, "starting", List.of());
    private volatile @Nullable Thread thread;

    public Reconcile(PipelineDefinition pipeline, CompareServers servers) {
        this.pipeline = pipeline;
        this.servers = new OpenServers(servers);
        this.progress = new RunProgress(pipeline.tables());
        this.compare = new LiveCompare(pipeline, this.servers, pipeline.reconcile(), progress, LOG::info);
        this.history = RunHistory.of(pipeline);
        this.schedule = new Schedule(pipeline.reconcile().every());
        this.tables =
                compare.together(pipeline.tables()).stream().map(Together::new).toList();
    }

    @Override
    public String name() {
        return "reconcile " + pipeline.name();
    }

    @Override
    public synchronized void start() {
        Thread begun = new Thread(this::run, name());
        thread = begun;
        begun.start();
    }

    private void run() {
        try (RunnerLock lock = history.lock()) {
            while (!isClosing()) {
                try {
                    rest(step(lock));
                } catch (SQLException e) {
                    Problem problem = history.problem(e);
                    if (!isClosing() && !status.problems().contains(problem)) {
                        LOG.warn("the history is not there: {}", problem);
                    }
                    say("waiting", Stream.of(problem));
                    rest(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // else it would look like an orderly end
            LOG.error("{} stops", name(), e);
            stopped.completeExceptionally(
                    new ChangeoverException(new Problem(ExitCode.BUG, name(), e.toString(), ""), e));
        } finally {
            stopped.complete(null);
        }
    }

    /** Does what is to be done now; gives how long nothing is. */
    private Duration step(RunnerLock lock) throws SQLException {
        if (!lock.hold()) {
            if (!status.phase().equals("standby")) {
                LOG.info("another one compares: standing by");
            }
            tables.forEach(each -> each.problem = null);
            say("standby", Stream.empty());
            return STANDBY;
        }
        Schedule.Next<Together> next = schedule.next(tables, history.starts());
        if (next.in().compareTo(Duration.ZERO) > 0) {
            say(resting(), problems());
            return next.in().compareTo(REST) < 0 ? next.in() : REST;
        }
        Together turn = next.turn();
        say("comparing " + turn, problems());
        Instant began = history.now();
        KeptScan scan = new KeptScan(history, turn.target(), began);
        List<TableReport> reports = reports(turn, scan, next.early());
        progress.over();
        // what was cut is no verdict, whatever it looks like
        if (reports != null && !isClosing()) {
            boolean whole = reports.stream().allMatch(TableReport::complete);
            history.add(whole ? scan.started() : began, reports);
            reports.forEach(Reconcile::log);
        }
        return Duration.ZERO;
    }

    private String resting() {
        if (tables.stream().anyMatch(each -> isAway(each.problem))) {
            return "waiting";
        }
        return tables.stream().anyMatch(each -> each.backfilling) ? "awaiting backfill" : "scheduled";
    }

    /** Null when it is to be tried again. */
    private @Nullable List<TableReport> reports(Together turn, ScanNotes notes, boolean early) {
        Problem known = early ? turn.problem : null;
        try {
            turn.problem = null;
            turn.backfilling = isBackfilling(turn);
            if (turn.backfilling) {
                notes.forget(); // what was compared may have been emptied, to be filled again
                turn.retryLater();
                return null;
            }
            List<TableReport> reports = compare.compareTogether(turn.tables, notes);
            turn.failures = 0;
            return reports;
        } catch (ChangeoverException e) {
            return failed(turn, known, e);
        } catch (RuntimeException e) { // whatever it is, captures and applies that run beside it go on
            if (isClosing()) {
                return null;
            }
            LOG.error("a bug of Changeover, while {} was compared", turn, e);
            return failed(
                    turn,
                    known,
                    new ChangeoverException(new Problem(ExitCode.BUG, turn.toString(), e.toString(), ""), e));
        }
    }

    /**
     * A run that could not tell, but where it was only tried again.
     *
     * @param known what was told of the table already, if this was before its time
     */
    private @Nullable List<TableReport> failed(Together turn, @Nullable Problem known, ChangeoverException failure) {
        if (isClosing()) {
            return null;
        }
        Problem problem = failure.problems().get(0);
        turn.problem = problem;
        if (!problem.equals(known)) {
            LOG.warn("{} cannot be compared: {}", turn, problem);
        }
        if (isAway(problem)) {
            turn.retryLater();
            return null;
        }
        turn.retryMuchLater();
        return problem.equals(known) ? null : LiveCompare.failed(turn.tables, failure);
    }

    /** Before the backfill is done most rows are missing, which is no news. */
    private boolean isBackfilling(Together turn) {
        Map<String, List<TableDefinition>> bySource =
                turn.tables.stream().collect(Collectors.groupingBy(TableDefinition::sourceName));
        List<TableName> backfills = new ArrayList<>();
        bySource.forEach((source, of) -> {
            Barrier barrier = new Barrier(
                    GtidSet.EMPTY, of.stream().map(TableDefinition::source).collect(Collectors.toSet()));
            backfills.addAll(barrier.of(ProgressTopic.readLatest(
                            pipeline.kafka().properties(),
                            pipeline.topicNames().progress(source),
                            pipeline.reconcile().patience()))
                    .backfills());
        });
        return !backfills.isEmpty();
    }

    private static boolean isAway(@Nullable Problem problem) {
        return problem != null && (problem.code() == ExitCode.UNREACHABLE || problem.code() == ExitCode.DENIED);
    }

    private static void log(TableReport report) {
        if (report.verdict() == Verdict.EQUAL) {
            LOG.info("{}: equal, {} rows, {} mended", report.table(), report.targetRows(), report.mended());
            return;
        }
        LOG.warn(
                "{}: {}, {} rows differ, {} undecided, {}",
                report.table(),
                report.verdict() == Verdict.DIFFERENT ? "different" : "could not tell",
                report.left(),
                report.undecided(),
                report.remarks());
    }

    private Stream<Problem> problems() {
        return tables.stream().map(each -> each.problem).filter(Objects::nonNull);
    }

    private void say(String phase, Stream<Problem> problems) {
        List<Problem> all = problems.toList();
        status = new WorkerStatus(all.isEmpty(), phase, all);
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void rest(Duration time) throws InterruptedException {
        closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public WorkerStatus status() {
        return status;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        progress.bindTo(registry);
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public List<String> lostThreads() {
        Thread running = thread;
        return running != null && running.getState() == Thread.State.TERMINATED && !stopped.isDone()
                ? List.of(running.getName())
                : List.of();
    }

    /** What is being compared is not compared to its end, and not in the history. */
    @Override
    public synchronized void close() {
        closing.countDown();
        Thread running = thread;
        try {
            servers.cut();
            if (running != null) {
                running.interrupt();
                running.join(GRACE.toMillis());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot cut a connection", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reconcile ends", e);
        } finally {
            stopped.complete(null);
        }
    }
}
