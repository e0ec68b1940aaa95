package io.changeover.apply;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.apply.stream.Allowance;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.ServerLoad;
import io.changeover.transport.signal.ReadLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every target, twice a second, for what operators wish of the tables and for how busy it is. One thread for all
 * tables; the answers are thread-safe.
 */
final class ApplyPace implements Runnable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApplyPace.class);

    private static final Duration EVERY = Duration.ofMillis(500);

    /** What was seen of a target when it last answered. */
    private record Seen(
            Map<String, ReadLimit> limits, @Nullable String busy) {}

    private final PipelineDefinition pipeline;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    ApplyPace(PipelineDefinition pipeline) {
        this.pipeline = pipeline;
    }

    /**
     * What a table may do. Paused as long as one of its targets has never answered: somebody may have paused it.
     *
     * @param targets the names of its servers
     * @param partitions how many its topic has; a limit of the table is divided by them
     */
    Allowance of(String feed, Collection<String> targets, int partitions) {
        ReadLimit limit = ReadLimit.NONE;
        String busy = null;
        for (String target : targets) {
            Seen of = seen.get(target);
            if (of == null) {
                return new Allowance(true, null, Double.POSITIVE_INFINITY);
            }
            limit = limit.and(ApplyLimits.of(of.limits(), feed));
            busy = busy == null ? of.busy() : busy;
        }
        Long most = limit.rowsPerSecond();
        return new Allowance(
                limit.paused(), busy, most == null ? Double.POSITIVE_INFINITY : (double) most / partitions);
    }

    @Override
    public void run() {
        try {
            do {
                pipeline.targets().forEach(this::look);
            } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.values().forEach(ApplyPace::close);
        }
    }

    private void look(TargetDefinition target) {
        try {
            Connection connection = connections.get(target.name());
            if (connection == null) {
                connection = MySqlServer.of(target.server(), "pace " + pipeline.name())
                        .connect();
                connections.put(target.name(), connection);
            }
            Seen before = seen.get(target.name());
            Seen now = new Seen(new ApplyLimits(connection, pipeline.name()).read(), busy(connection, target));
            if (before != null && (now.busy() == null) != (before.busy() == null)) {
                log.info("target {}: {}", target.name(), now.busy() == null ? "goes on" : "waits: " + now.busy());
            }
            seen.put(target.name(), now);
        } catch (SQLException | RuntimeException e) { // what it said last holds; whoever writes says what is wrong
            log.debug("target {} cannot be looked at", target.name(), e);
            Connection lost = connections.remove(target.name());
            if (lost != null) {
                close(lost);
            }
        }
    }

    private static @Nullable String busy(Connection connection, TargetDefinition target) throws SQLException {
        if (target.maxThreadsRunning().isEmpty()) {
            return null;
        }
        int most = target.maxThreadsRunning().get();
        int running = ServerLoad.threadsRunning(connection);
        return running > most ? "Threads_running " + running + " > " + most : null;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException gone) {
            log.trace("closed already", gone);
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
