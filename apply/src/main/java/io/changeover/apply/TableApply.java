package io.changeover.apply;

import io.changeover.apply.preflight.NotYet;
import io.changeover.apply.stream.ChangeStream;
import io.changeover.apply.stream.GateWatch;
import io.changeover.apply.stream.TargetUnavailableException;
import io.changeover.apply.target.ApplyCounts;
import io.changeover.apply.target.MetadataSchema;
import io.changeover.apply.target.MySqlBatchTarget;
import io.changeover.apply.target.StoppedTables;
import io.changeover.apply.target.TargetProgress;
import io.changeover.apply.target.TargetTable;
import io.changeover.apply.target.TargetTask;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Streams application of one table running: waits for what it needs, starts it, watches its topic, and starts it
 * again after a failure. One thread of its own; the methods are thread-safe.
 *
 * <p>Next: {@link ChangeStream}.
 */
final class TableApply implements Runnable, GateWatch {

    private static final Logger log = LoggerFactory.getLogger(TableApply.class);

    private static final Duration GRACE = Duration.ofSeconds(8);
    private static final Duration WATCH_TOPIC = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration PAUSE_AFTER_STOP = Duration.ofSeconds(30);

    private final PipelineDefinition pipeline;
    private final TableDefinition table;
    private final Admin admin;
    private final int threads;
    private final Consumer<GateWatch.Phase> commits;
    private final Consumer<TableState.Phase> phases;
    private final ApplyCounts counts = new ApplyCounts();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile TableState.Phase phase = TableState.Phase.STARTING;
    private volatile @Nullable Problem problem;
    private volatile boolean wrote;
    private boolean stopped;

    /** @param phases is told when a phase of the table matters to the others: when it stops */
    TableApply(
            PipelineDefinition pipeline,
            TableDefinition table,
            Admin admin,
            int threads,
            Consumer<GateWatch.Phase> commits,
            Consumer<TableState.Phase> phases) {
        this.pipeline = pipeline;
        this.table = table;
        this.admin = admin;
        this.threads = threads;
        this.commits = commits;
        this.phases = phases;
    }

    TableState state() {
        return new TableState(table.label(), phase, problem, counts.snapshot());
    }

    void stop() {
        stopping.countDown();
    }

    @Override
    public void run() {
        Duration pause = FIRST_PAUSE;
        while (!stopping()) {
            long began = System.nanoTime();
            try {
                runOnce();
            } catch (ChangeoverException e) {
                Problem first = e.problems().get(0);
                boolean stop = isStop(first.code());
                become(stop || stopped ? TableState.Phase.STOPPED : TableState.Phase.WAITING, first, e);
                if (stop) {
                    keepStop(first);
                    pause(PAUSE_AFTER_STOP);
                    continue;
                }
            } catch (RuntimeException e) {
                become(
                        TableState.Phase.WAITING,
                        new Problem(ExitCode.BUG, table.label(), String.valueOf(e), "report it"),
                        e);
            }
            boolean ranLong = System.nanoTime() - began > LONGEST_PAUSE.toNanos();
            pause = ranLong || pause.compareTo(LONGEST_PAUSE) > 0 ? FIRST_PAUSE : pause.multipliedBy(2);
            pause(pause);
        }
    }

    /** Whether only a person can mend it; everything else is tried again. */
    private static boolean isStop(ExitCode code) {
        return switch (code) {
            case CONFIG, PREFLIGHT, SCHEMA_DRIFT, TOPIC_CHANGED, PARK_LIMIT, FENCED -> true;
            case OK,
                    BUG,
                    USAGE,
                    DENIED,
                    UNREACHABLE,
                    SOURCE_GAP,
                    UNSAFE_EVENT,
                    POSITION_DAMAGED,
                    GATE_NOT_MET,
                    DIFFERENCES -> false;
        };
    }

    /** The stop stands until the table has proved that it goes on: a start alone proves nothing. */
    private void keepStop(Problem why) {
        stopped = true;
        try {
            stops().put(why);
        } catch (SQLException e) {
            log.warn("{}: the stop is not kept on the target: {}", table.label(), e.getMessage());
        }
    }

    private void goesOn() {
        wrote = false;
        try {
            stops().remove();
            stopped = false;
            become(TableState.Phase.APPLYING, null, null);
            log.info("{} goes on", table.label());
        } catch (SQLException e) {
            log.warn("{}: the stop is not removed on the target: {}", table.label(), e.getMessage());
        }
    }

    private StoppedTables stops() {
        MySqlServer server = MySqlServer.of(pipeline.target(table.targetName()).server(), "apply " + pipeline.name());
        return new StoppedTables(server, pipeline.name(), pipeline.rowTopic(table));
    }

    private void become(TableState.Phase next, @Nullable Problem why, @Nullable Exception cause) {
        boolean news = phase != next || why == null || !why.equals(problem);
        phase = next;
        problem = why;
        if (why != null && news) {
            log.warn("{} is {}: {}", table.label(), next, why, why.code() == ExitCode.BUG ? cause : null);
        }
        phases.accept(next);
    }

    /** Runs the application until it fails or is stopped. */
    private void runOnce() {
        List<Problem> impossible = NotYet.check(pipeline, table);
        if (!impossible.isEmpty()) {
            throw new ChangeoverException(impossible);
        }
        String topic = pipeline.rowTopic(table);
        TopicIdentity before = TopicIdentity.of(admin, topic);
        MySqlServer server = MySqlServer.of(pipeline.target(table.targetName()).server(), "apply " + pipeline.name());
        prepare(server);
        TargetTask task = new TargetTask(pipeline.name(), topic, before.id(), table, feeders(), server);

        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        KafkaStreams streams = ChangeStream.create(
                pipeline.applicationId(table),
                topic,
                pipeline.kafka().properties(),
                Math.min(threads, before.partitions()),
                () -> new MySqlBatchTarget(task, counts),
                this);
        try {
            streams.setUncaughtExceptionHandler(e -> {
                failure.complete(e);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            wrote = false;
            streams.start();
            // one that a process before this one left is to be removed as well
            stopped = stopped || isKept();
            if (!stopped) {
                become(TableState.Phase.APPLYING, null, null);
            }
            watch(topic, before, failure);
        } finally {
            // leaving the group lets another instance, or our next try, begin at once
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(GRACE));
        }
    }

    private boolean isKept() {
        MySqlServer server = MySqlServer.of(pipeline.target(table.targetName()).server(), "apply " + pipeline.name());
        try (Connection connection = server.connect()) {
            return TargetProgress.stops(connection, pipeline.name()).stream()
                    .anyMatch(stop -> stop.topic().equals(pipeline.rowTopic(table)));
        } catch (SQLException e) {
            return true; // then to be looked at later
        }
    }

    private Map<String, TableDefinition> feeders() {
        return pipeline.tables().stream()
                .filter(other -> other.targetName().equals(table.targetName())
                        && other.target().equals(table.target()))
                .collect(Collectors.toMap(pipeline::rowTopic, other -> other));
    }

    private void watch(String topic, TopicIdentity before, CompletableFuture<Throwable> failure) {
        while (!stopping()) {
            long until = System.nanoTime() + WATCH_TOPIC.toNanos();
            while (!stopping() && System.nanoTime() < until) {
                if (failure.isDone()) {
                    throw ended(failure.join());
                }
                if (stopped && wrote) {
                    goesOn();
                }
                pause(Duration.ofMillis(50));
            }
            before.requireUnchanged(admin, topic);
            if (stopped && !stopping() && phase != TableState.Phase.WAITING) {
                goesOn(); // nothing to write, and nothing failed
            }
        }
    }

    private static RuntimeException ended(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ChangeoverException known) {
                return known;
            }
            if (cause instanceof TargetUnavailableException away) {
                return new ChangeoverException(away.problem(), away);
            }
        }
        return new IllegalStateException("apply failed: " + failure, failure);
    }

    private void prepare(MySqlServer server) {
        try (Connection connection = server.connect()) {
            MetadataSchema.create(connection);
            TargetTable target = TargetTable.read(connection, table.target())
                    .orElseThrow(() -> new ChangeoverException(new Problem(
                            ExitCode.CONFIG,
                            table.target().toString(),
                            "the new table does not exist, or may not be seen",
                            "create it, or grant SELECT on it (`changeover grants` prints the statement)")));
            if (!target.problems().isEmpty()) {
                throw new ChangeoverException(target.problems());
            }
            MetadataSchema.prepareTable(connection, target);
        } catch (SQLException e) {
            throw new ChangeoverException(SqlFailure.of(e).problem(server.address()), e);
        }
    }

    @Override
    public void reached(GateWatch.Phase reached) {
        wrote = wrote || reached == GateWatch.Phase.AFTER_WRITE;
        commits.accept(reached);
    }

    @Override
    public void waitingFor(@Nullable Problem why) {
        if (why == null && phase != TableState.Phase.WAITING) {
            return;
        }
        become(why == null ? TableState.Phase.APPLYING : TableState.Phase.WAITING, why, null);
    }

    @Override
    public boolean stopping() {
        return stopping.getCount() == 0;
    }

    @Override
    public void pause(Duration time) {
        try {
            boolean stopped = stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
            log.trace("paused, stopped: {}", stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }
}
