package io.changeover.capture;

import io.changeover.capture.backfill.BackfillListener;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.StreamConsumer;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts over all runs of a capture. Thread-safe. */
final class CaptureCounters implements StreamConsumer.Listener, BackfillListener {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureCounters.class);

    private final Map<TableName, Problem> stops = new ConcurrentSkipListMap<>();
    private final AtomicLong streamed = new AtomicLong();
    private final AtomicLong commit = new AtomicLong();
    private final Map<TableName, BackfillMark> backfills = new ConcurrentHashMap<>();

    @Override
    public void streamed(int rows, long commitMicros) {
        streamed.addAndGet(rows);
        commit.set(commitMicros);
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

    CaptureProgress progress() {
        return new CaptureProgress(streamed.get(), commit.get(), backfills);
    }
}
