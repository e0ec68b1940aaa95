package io.changeover.deploy.quickstart;

import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.deploy.run.Preparation;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.deploy.sample.LegacyRows;
import io.changeover.deploy.sample.LiveWriter;
import io.changeover.deploy.status.CaughtUp;
import io.changeover.deploy.status.PipelineStatus;
import io.changeover.deploy.status.StatusReader;
import io.changeover.deploy.status.TableStatus;
import io.changeover.reconcile.FullCompare;
import io.changeover.reconcile.TableComparison;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The whole road in one go: an old shop that goes on selling, its move to another schema, and the proof. Confined.
 *
 * <p>Every step is what an operator does with the command, on real servers: grants, run, status, wait, compare.
 */
public final class Quickstart {

    private static final long SEED = 20240229;
    private static final int TRANSACTIONS_PER_SECOND = 200;
    /** How long it is watched following, however short the application's time is. */
    private static final Duration FOLLOW = Duration.ofSeconds(4);

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);

    /**
     * @param rows of the old database at the start
     * @param live how long the application goes on at least
     * @param keep whether everything stays up afterwards
     */
    public record Options(int rows, Duration live, boolean keep) {}

    private final Options options;
    private final Terminal terminal;
    private final ProgressLine progress;
    private final CompletableFuture<Void> cancelled;
    private final long startedNanos = System.nanoTime();

    /** @param cancelled completes when the person in front of it has seen enough */
    public Quickstart(Options options, Terminal terminal, boolean redraw, CompletableFuture<Void> cancelled) {
        this.options = options;
        this.terminal = terminal;
        this.progress = new ProgressLine(terminal, redraw);
        this.cancelled = cancelled;
    }

    /** Runs it; the exit code is {@link ExitCode#DIFFERENCES} when the comparison finds any. */
    public ExitCode run() throws SQLException {
        progress.step("starting: the old MySQL and a replica of it, the new MySQL, a Kafka broker");
        try (QuickstartServers servers = new QuickstartServers()) {
            servers.await();
            if (cancelled.isDone()) {
                return ExitCode.OK;
            }
            QuickstartPipeline setup = new QuickstartPipeline(servers);
            LegacyRows rows = new LegacyRows(options.rows());
            progress.step("filling the old database: " + rows.total() + " rows in three tables");
            setup.createLegacy(rows);
            setup.createShop();
            PipelineDefinition pipeline = setup.definition();
            setup.createAccounts(pipeline);
            if (cancelled.isDone()) {
                return ExitCode.OK;
            }
            awaitReplica(servers);
            new Preparation(pipeline, Duration.ofSeconds(30)).execute();
            try (LiveWriter writer = new LiveWriter(servers.primary().connect(), SEED, TRANSACTIONS_PER_SECOND);
                    WorkerGroup workers = new WorkerGroup(
                            List.of(new Capture(CaptureSettings.of(pipeline, "legacy")), new Apply(pipeline)))) {
                ExitCode code = migrate(servers, pipeline, rows, writer, workers);
                if (options.keep() && !cancelled.isDone()) {
                    new KeptQuickstart(servers, setup, terminal).await(cancelled, workers.ended());
                }
                return code;
            }
        } finally {
            progress.finish();
        }
    }

    private ExitCode migrate(
            QuickstartServers servers,
            PipelineDefinition pipeline,
            LegacyRows rows,
            LiveWriter writer,
            WorkerGroup workers)
            throws SQLException {
        writer.start();
        progress.step("migrating, while the application writes");
        long workersStarted = System.nanoTime();
        workers.start();
        double worstLag = follow(pipeline, writer, workers);
        if (cancelled.isDone()) {
            return ExitCode.OK;
        }

        progress.step("the application stops; waiting until everything is applied");
        writer.stop();
        long lastCommit = System.nanoTime();
        awaitReplica(servers);
        List<String> missing = CaughtUp.await(pipeline, DRAIN_LIMIT, ignored -> {});
        if (!missing.isEmpty()) {
            throw new ChangeoverException(missing.stream()
                    .map(what ->
                            new Problem(ExitCode.GATE_NOT_MET, "quickstart", what, "this is a bug: please report it"))
                    .toList());
        }
        long drained = System.nanoTime();
        long records =
                read(pipeline).tables().stream().mapToLong(TableStatus::applied).sum();

        progress.step("comparing every row of both sides");
        List<TableComparison> compared =
                new FullCompare(new PipelineServers(pipeline), (table, done, estimate) -> {}).compare(pipeline);
        long differences =
                compared.stream().mapToLong(TableComparison::differences).sum();
        terminal.report(new QuickstartReport(
                rows.total(),
                writer.transactions(),
                writer.rowChanges(),
                records,
                Math.round(records / seconds(workersStarted, drained)),
                worstLag,
                seconds(lastCommit, drained),
                seconds(drained, System.nanoTime()),
                seconds(startedNanos, System.nanoTime()),
                differences,
                compared.stream().map(QuickstartReport.Compared::of).toList()));
        return differences == 0 ? ExitCode.OK : ExitCode.DIFFERENCES;
    }

    /** Shows how far it is each second, until the backfill is over and the application has had its time. */
    private double follow(PipelineDefinition pipeline, LiveWriter writer, WorkerGroup workers) {
        double worstLag = 0;
        boolean inStep = false;
        long inStepNanos = 0;
        long started = System.nanoTime();
        try (StatusReader reader = new StatusReader(pipeline, Clock.systemUTC(), Duration.ofSeconds(20))) {
            PipelineStatus before = reader.read();
            long beforeNanos = System.nanoTime();
            while (!pause(workers)) {
                long now = System.nanoTime();
                PipelineStatus status = reader.read().since(before, seconds(beforeNanos, now));
                progress.show((long) seconds(startedNanos, now), status, writer.rowChanges());
                before = status;
                beforeNanos = now;
                boolean following = status.backfilled() && (inStep || status.lagRecords() < 1000);
                if (!following) {
                    continue;
                }
                if (!inStep) {
                    inStep = true;
                    inStepNanos = now;
                }
                if (seconds(started, now) >= options.live().toSeconds()
                        && seconds(inStepNanos, now) >= FOLLOW.toSeconds()) {
                    return worstLag;
                }
                worstLag = Math.max(
                        worstLag,
                        status.tables().stream()
                                .mapToDouble(table -> table.lagSeconds() == null ? 0 : table.lagSeconds())
                                .max()
                                .orElse(0));
            }
            return worstLag;
        }
    }

    /** A second; true when it is over. A worker that had to stop ends the quickstart with its problem. */
    private boolean pause(WorkerGroup workers) {
        try {
            CompletableFuture.anyOf(workers.ended(), cancelled).get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private PipelineStatus read(PipelineDefinition pipeline) {
        try (StatusReader reader = new StatusReader(pipeline, Clock.systemUTC(), Duration.ofSeconds(20))) {
            return reader.read();
        }
    }

    private static void awaitReplica(QuickstartServers servers) {
        servers.replica().awaitExecuted(servers.primary().gtidExecuted(), Duration.ofMinutes(2));
    }

    private static double seconds(long from, long to) {
        return Math.round((to - from) / 1e8) / 10.0;
    }
}
