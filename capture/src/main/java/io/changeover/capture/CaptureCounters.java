package io.changeover.capture;

import static java.util.Objects.requireNonNull;

import io.changeover.capture.backfill.BackfillListener;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.StreamConsumer;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts over all runs of a capture. Thread-safe. */
final class CaptureCounters implements StreamConsumer.Listener, BackfillListener {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureCounters.class);

    private final Map<TableName, Problem> stops = new ConcurrentSkipListMap<>();
    private final Map<Operation, LongAdder> rows = new EnumMap<>(Operation.class);
    private final LongAdder read = new LongAdder();
    private final LongAdder transactions = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicLong lastCommit = new AtomicLong();
    private final AtomicLong commit = new AtomicLong();
    private final Map<TableName, BackfillMark> backfills = new ConcurrentHashMap<>();

    CaptureCounters() {
        for (Operation operation : Operation.values()) {
            rows.put(operation, new LongAdder());
        }
    }

    @Override
    public void streamed(Operation operation, int more, int bytes, long commitMicros) {
        rows(operation).add(more);
        read.add(bytes);
        commit.set(commitMicros);
    }

    @Override
    public void committed(long commitMicros) {
        transactions.increment();
        lastCommit.set(commitMicros);
    }

    /** A run begins. */
    void began() {
        runs.increment();
    }

    /** A run failed. */
    void failed() {
        failures.increment();
    }

    LongAdder rows(Operation operation) {
        return requireNonNull(rows.get(operation));
    }

    @Override
    public void advanced(TableName table, BackfillMark mark) {
        if (!stops.containsKey(table)) {
            backfills.put(table, mark);
        }
    }

    /** A run begins, in which these tables are not captured. */
    void begin(Map<TableName, Problem> stopped) {
        stops.clear();
        stops.putAll(stopped);
    }

    @Override
    public void left(TableName table, Problem problem) {
        LOG.error("table {} is captured no more, the others go on: {}", table, problem);
        stops.put(table, problem);
        backfills.remove(table);
    }

    /** Why tables are not captured. */
    List<Problem> stops() {
        return List.copyOf(stops.values());
    }

    @Nullable
    Problem stop(TableName table) {
        return stops.get(table);
    }

    long readBytes() {
        return read.sum();
    }

    long transactions() {
        return transactions.sum();
    }

    long begun() {
        return runs.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** Of the newest transaction that was read, microseconds since the epoch; 0 before the first. */
    long lastCommitMicros() {
        return lastCommit.get();
    }

    @Nullable
    BackfillMark backfill(TableName table) {
        return backfills.get(table);
    }

    CaptureProgress progress() {
        long streamed = rows.values().stream().mapToLong(LongAdder::sum).sum();
        return new CaptureProgress(streamed, commit.get(), backfills);
    }
}
