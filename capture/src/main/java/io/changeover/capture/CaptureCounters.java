package io.changeover.capture;

import io.changeover.capture.backfill.BackfillListener;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.StreamConsumer;
import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts over all runs of a capture. Thread-safe. */
final class CaptureCounters implements StreamConsumer.Listener, BackfillListener {

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
        backfills.put(table, mark);
    }

    CaptureProgress progress() {
        return new CaptureProgress(streamed.get(), commit.get(), backfills);
    }
}
