package io.changeover.reconcile;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.ServerLoad;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a scan up: to so many rows a second, and while one of its servers is busier than it may be for those who read the rows of
 * it, or write to it. Confined.
 */
final class ScanPace implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** A server that has limits. */
    private record Guarded(
            String name, Connection connection, Optional<Integer> maxThreadsRunning, Optional<Duration> maxReplicaLag) {

        /** What there is too much of; null: nothing. */
        @Nullable
        String excess() throws SQLException {
            if (maxThreadsRunning.isPresent()) {
                int running = ServerLoad.threadsRunning(connection);
                if (running > maxThreadsRunning.get()) {
                    return name + ": Threads_running " + running + " > " + maxThreadsRunning.get();
                }
            }
            if (maxReplicaLag.isPresent()) {
                Duration lag = ServerLoad.replicaLag(connection);
                if (lag != null && lag.compareTo(maxReplicaLag.get()) > 0) {
                    return name + ": the replica is " + lag.toSeconds() + " s behind > "
                            + maxReplicaLag.get().toSeconds() + " s";
                }
            }
            return null;
        }
    }

    private final List<Guarded> servers = new ArrayList<>();
    private final Optional<Integer> rowsPerSecond;
    private final Duration patience;
    private final Consumer<String> talk;
    private long began = System.nanoTime();
    private long lookedAt = began - LOOK_EVERY.toNanos();

    /** @param talk is told what the scan waits for, and when it goes on */
    ScanPace(
            PipelineDefinition pipeline,
            List<TableDefinition> tables,
            ReconcileSettings settings,
            CompareServers connections,
            Consumer<String> talk)
            throws SQLException {
        this.rowsPerSecond = settings.rowsPerSecond();
        this.patience = settings.patience();
        this.talk = talk;
        Set<String> sources = new LinkedHashSet<>();
        Set<String> targets = new LinkedHashSet<>();
        for (TableDefinition table : tables) {
            sources.add(table.sourceName());
            table.destinations().forEach(place -> targets.add(place.targetName()));
        }
        try {
            for (String name : sources) {
                BackfillSettings limits = pipeline.source(name).backfill();
                if (limits.maxThreadsRunning().isPresent()
                        || limits.maxReplicaLag().isPresent()) {
                    servers.add(new Guarded(
                            "source " + name,
                            connections.source(name),
                            limits.maxThreadsRunning(),
                            limits.maxReplicaLag()));
                }
            }
            for (String name : targets) {
                Optional<Integer> most = pipeline.target(name).maxThreadsRunning();
                if (most.isPresent()) {
                    servers.add(new Guarded("target " + name, connections.target(name), most, Optional.empty()));
                }
            }
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * To be called after each chunk; returns when the next one may be read.
     *
     * @param rows of the chunk
     * @throws ChangeoverException when a server is too busy for longer than the comparison's patience
     */
    void passed(long rows) throws SQLException {
        if (rowsPerSecond.isPresent()) {
            long free = began + rows * 1_000_000_000L / rowsPerSecond.get();
            Pause.of(Math.max(0, (free - System.nanoTime()) / 1_000_000));
        }
        if (!servers.isEmpty() && System.nanoTime() - lookedAt >= LOOK_EVERY.toNanos()) {
            awaitCalm();
            lookedAt = System.nanoTime();
        }
        began = System.nanoTime();
    }

    private void awaitCalm() throws SQLException {
        String excess = excess();
        if (excess == null) {
            return;
        }
        talk.accept("nothing is read: " + excess);
        long deadline = System.nanoTime() + patience.toNanos();
        while (excess != null) {
            if (System.nanoTime() - deadline > 0) {
                throw new ChangeoverException(new Problem(
                        ExitCode.UNREACHABLE,
                        excess,
                        "too busy to be read, for " + patience.toSeconds() + " s",
                        "nothing, if it passes: the comparison is tried again; else raise the limit"));
            }
            Pause.of(LOOK_EVERY.toMillis());
            excess = excess();
        }
        talk.accept("the comparison goes on");
    }

    private @Nullable String excess() throws SQLException {
        for (Guarded server : servers) {
            String excess = server.excess();
            if (excess != null) {
                return excess;
            }
        }
        return null;
    }

    @Override
    public void close() throws SQLException {
        for (Guarded server : servers) {
            server.connection().close();
        }
    }
}
