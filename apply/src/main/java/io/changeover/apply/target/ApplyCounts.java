package io.changeover.apply.target;

import io.changeover.apply.guard.ApplyResult;
import java.util.concurrent.atomic.LongAdder;

/** What one table's apply has done since it started, in row changes. Thread-safe. */
public final class ApplyCounts {

    private final LongAdder written = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder held = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder parked = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder batches = new LongAdder();

    /** The counts at one moment. */
    public record Snapshot(
            long written, long deleted, long stale, long held, long settled, long parked, long retried, long batches) {}

    void add(ApplyResult result) {
        written.add(result.written());
        deleted.add(result.deleted());
        stale.add(result.stale());
        held.add(result.held());
        parked.add(result.parked());
    }

    /** Held images that wait no more. */
    void settled(int images) {
        settled.add(images);
    }

    /** A transaction ran again because of a deadlock or a lock that it waited for too long. */
    void retried() {
        retried.increment();
    }

    /** A batch was written, with its progress. */
    public void batch() {
        batches.increment();
    }

    public Snapshot snapshot() {
        return new Snapshot(
                written.sum(),
                deleted.sum(),
                stale.sum(),
                held.sum(),
                settled.sum(),
                parked.sum(),
                retried.sum(),
                batches.sum());
    }
}
