package io.changeover.deploy.benchmark;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The workload's transactions at a steady rate of row changes, each at its time, whatever the one before took. Each inserts one order
 * whose arrival in the new server is waited for: a reader asks every two milliseconds for those not seen yet, by their keys.
 */
final class SteadyLoad {

    private static final long READ_EVERY = Duration.ofMillis(2).toNanos();
    private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(1);

    private final Workload workload;
    private final int rate;
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
    private final List<Long> nanos = new ArrayList<>();
    private volatile boolean over;
    private volatile @Nullable Exception failure;

    SteadyLoad(Workload workload, int rate) {
        this.workload = workload;
        this.rate = rate;
    }

    /** Runs for {@code warmUp}, then measures. */
    Latency run(EmbeddedMySql source, EmbeddedMySql target, Duration warmUp, Duration measured, Map<String, Long> pids)
            throws Exception {
        Map<String, Long> all = new LinkedHashMap<>(pids);
        all.put("meter", ProcessHandle.current().pid());
        Thread reader = new Thread(() -> read(target), "latency-reader");
        reader.start();
        try (Connection connection = workload.connect(source);
                Statement statement = connection.createStatement()) {
            write(statement, warmUp);
            nanos.clear();
            Usage before = Usage.of(all);
            long from = System.nanoTime();
            long changes = write(statement, measured);
            double seconds = (System.nanoTime() - from) / 1e9;
            Usage after = Usage.of(all);
            over = true;
            reader.join(ARRIVAL_LIMIT.toMillis());
            if (failure != null || !committed.isEmpty()) {
                throw new IllegalStateException(committed.size() + " orders did not arrive", failure);
            }
            double ours = after.cpuSeconds().entrySet().stream()
                    .mapToDouble(used -> used.getValue() - before.cpuSeconds().getOrDefault(used.getKey(), 0.0))
                    .sum();
            double others = after.machineSeconds() - before.machineSeconds() - ours;
            synchronized (nanos) {
                return Latency.of(nanos, changes / seconds, 100 * others / seconds);
            }
        } finally {
            over = true;
        }
    }

    private long write(Statement statement, Duration time) throws SQLException {
        long from = System.nanoTime();
        long changes = 0;
        while (true) {
            long due = from + Math.round(changes * 1e9 / rate);
            if (due - from > time.toNanos()) {
                return changes;
            }
            LockSupport.parkNanos(due - System.nanoTime());
            long before = workload.changes();
            statement.execute(workload.transactionWithOrder());
            committed.put(workload.newestOrder(), System.nanoTime());
            changes += workload.changes() - before;
        }
    }

    private void read(EmbeddedMySql target) {
        try (Connection connection = target.connect(Workload.SCHEMA);
                PreparedStatement query =
                        connection.prepareStatement("SELECT id FROM orders WHERE id >= ? AND id <= ?")) {
            while (!over || !committed.isEmpty()) {
                LockSupport.parkNanos(READ_EVERY);
                List<Integer> waiting = committed.keySet().stream().sorted().toList();
                if (waiting.isEmpty()) {
                    continue;
                }
                query.setInt(1, waiting.get(0));
                query.setInt(2, waiting.get(waiting.size() - 1));
                try (ResultSet rows = query.executeQuery()) {
                    long now = System.nanoTime();
                    while (rows.next()) {
                        arrived(rows.getInt(1), now);
                    }
                }
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private void arrived(int order, long now) {
        Long since = committed.remove(order);
        if (since != null) {
            synchronized (nanos) {
                nanos.add(now - since);
            }
        }
    }
}
