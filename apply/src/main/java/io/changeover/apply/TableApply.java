package io.changeover.apply;

import io.changeover.apply.stream.Allowance;
import io.changeover.apply.stream.ChangeStream;
import io.changeover.apply.stream.GateWatch;
import io.changeover.apply.stream.TargetUnavailableException;
import io.changeover.apply.target.ApplyCounts;
import io.changeover.apply.target.MetadataSchema;
import io.changeover.apply.target.MySqlBatchTarget;
import io.changeover.apply.target.StoppedTables;
import io.changeover.apply.target.TargetAccess;
import io.changeover.apply.target.TargetTable;
import io.changeover.apply.target.TargetTask;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final Supplier<Allowance> allowance;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile TableState.Phase phase = TableState.Phase.STARTING;
    private volatile int partitions = 1;
    private volatile @Nullable Problem problem;
    private @Nullable Problem told;
    private final TableStop stop;

    /** @param phases is told when a phase of the table matters to the others: when it stops */
    TableApply(
            PipelineDefinition pipeline,
            TableDefinition table,
            Admin admin,
            int threads,
            ApplyPace pace,
            Consumer<GateWatch.Phase> commits,
            Consumer<TableState.Phase> phases) {
        this.pipeline = pipeline;
        this.table = table;
        this.admin = admin;
        this.threads = threads;
        this.allowance = () -> pace.of(pipeline.feed(table), table.targetNames(), partitions);
        this.commits = commits;
        this.phases = phases;
        this.stop = new TableStop(
                table.label(),
                new StoppedTables(server(table.targetNames().get(0)), pipeline.name(), pipeline.feed(table)),
                System::nanoTime);
    }

    TableState state() {
        Problem stopped = stop.problem();
        TableState.Phase now =
                phase == TableState.Phase.APPLYING && allowance().paused() ? TableState.Phase.PAUSED : phase;
        return new TableState(table.label(), now, stopped != null ? stopped : problem, counts.snapshot());
    }

    String label() {
        return table.label();
    }

    ApplyCounts counts() {
        return counts;
    }

    /** Whether something but a pause keeps it from going as fast as it can. */
    boolean isThrottled() {
        Allowance allowed = allowance();
        return !allowed.paused() && (allowed.busy() != null || allowed.isLimited());
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
                TableState.Phase after = stop.failed(first);
                become(after, first, e);
                if (after == TableState.Phase.STOPPED) {
                    pause(PAUSE_AFTER_STOP);
                    continue;
                }
            } catch (RuntimeException | Error e) { // a thread that is gone would look as if it applied
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

    private void become(TableState.Phase next, @Nullable Problem why, @Nullable Throwable cause) {
        problem = why;
        phase = next;
        if (isNews(next, why)) {
            log.warn(
                    "{} is {}: {}", table.label(), next, why, why != null && why.code() == ExitCode.BUG ? cause : null);
        }
        phases.accept(next);
    }

    /** A stop that is tried again and again is told once. */
    private synchronized boolean isNews(TableState.Phase next, @Nullable Problem why) {
        boolean news = why != null && !why.equals(told);
        if (news || next == TableState.Phase.APPLYING) {
            told = why;
        }
        return news;
    }

    /** After a stop it only tries to begin, until it has proved that it goes on. */
    private void going() {
        become(stop.problem() == null ? TableState.Phase.APPLYING : TableState.Phase.STARTING, null, null);
    }

    private Map<String, TargetAccess> servers() {
        Map<String, TargetAccess> servers = new LinkedHashMap<>();
        table.destinations()
                .forEach(place -> servers.computeIfAbsent(
                        place.targetName(),
                        name -> new TargetAccess(
                                server(name), pipeline.target(name).versionStore())));
        return servers;
    }

    private MySqlServer server(String targetName) {
        return MySqlServer.of(pipeline.target(targetName).server(), "apply " + pipeline.name());
    }

    /** Runs the application until it fails or is stopped. */
    private void runOnce() {
        String topic = pipeline.rowTopic(table);
        TopicIdentity before = TopicIdentity.of(admin, topic);
        partitions = before.partitions();
        Map<String, TargetAccess> servers = servers();
        servers.forEach(this::prepare);
        TargetTask task = new TargetTask(pipeline.name(), topic, before.id(), table, feeders(), servers);

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
            stop.started();
            going();
            streams.start();
            watch(topic, before, failure, new TombstoneCare(admin, pipeline, table, before, System::nanoTime));
        } finally {
            // leaving the group lets another instance, or our next try, begin at once
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(GRACE));
        }
    }

    private Map<String, TableDefinition> feeders() {
        return pipeline.tables().stream()
                .filter(other -> other.destinations().equals(table.destinations())
                        && other.target().equals(table.target()))
                .collect(Collectors.toMap(pipeline::rowTopic, other -> other));
    }

    private void watch(
            String topic, TopicIdentity before, CompletableFuture<Throwable> failure, TombstoneCare tombstones) {
        while (!stopping()) {
            long until = System.nanoTime() + WATCH_TOPIC.toNanos();
            while (!stopping() && System.nanoTime() < until) {
                if (failure.isDone()) {
                    throw ended(failure.join());
                }
                pause(Duration.ofMillis(50));
            }
            if (allowance().paused()) {
                stop.disturbed(); // who does nothing proves nothing
            }
            boolean asked = before.requireUnchanged(admin, topic);
            // while Kafka was asked something may have failed; where it cannot be asked, no failure proves nothing
            if (asked && !failure.isDone() && !stopping() && stop.isOver()) {
                going();
            }
            tombstones.now(() -> stopping() || failure.isDone() || allowance().paused());
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

    private void prepare(String targetName, TargetAccess access) {
        try (Connection connection = access.server().connect()) {
            MetadataSchema.create(connection);
            for (Destination place : table.destinations()) {
                if (place.targetName().equals(targetName)) {
                    prepare(connection, place, access.versionStore());
                }
            }
        } catch (SQLException e) {
            throw new ChangeoverException(
                    SqlFailure.of(e).problem(access.server().address()), e);
        }
    }

    private static void prepare(Connection connection, Destination place, VersionStore store) throws SQLException {
        TargetTable target = TargetTable.read(connection, place.table())
                .orElseThrow(() -> new ChangeoverException(new Problem(
                        ExitCode.CONFIG,
                        place.targetName() + "." + place.table(),
                        "the new table does not exist, or may not be seen",
                        "create it, or grant SELECT on it (`changeover grants` prints the statement)")));
        if (!target.problems().isEmpty()) {
            throw new ChangeoverException(target.problems());
        }
        if (store == VersionStore.COLUMN) {
            MetadataSchema.prepareTable(connection, target);
        } else if (target.hasVersionColumn()) {
            throw new ChangeoverException(new Problem(
                    ExitCode.PREFLIGHT,
                    place.targetName() + "." + place.table(),
                    "versions of its rows stand in its column " + MetadataSchema.VERSION_COLUMN
                            + ", and versionStore is `table`: they would be forgotten, and older rows could be written",
                    "write versionStore: column; or drop the column and replay the table from its beginning into an empty"
                            + " one"));
        }
    }

    @Override
    public void reached(GateWatch.Phase reached) {
        stop.reached(reached);
        if (reached == GateWatch.Phase.AFTER_WRITE) {
            counts.batch();
        }
        commits.accept(reached);
    }

    @Override
    public void waitingFor(@Nullable Problem why) {
        if (why != null) {
            stop.disturbed();
            become(TableState.Phase.WAITING, why, null);
        } else if (phase == TableState.Phase.WAITING) {
            going();
        }
    }

    @Override
    public Allowance allowance() {
        return allowance.get();
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
