package io.changeover.capture.backfill;

import io.changeover.capture.publish.Mark;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Progress;
import io.changeover.transport.signal.ReadLimit;
import io.changeover.transport.signal.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how many rows of a table backfill and refresh may read now. There is a limit of the source as a whole, which all tables
 * share, and one of each table; both hold. The stream is not limited.
 *
 * <p>Thread-safe.
 */
public final class ReadLimits {

    /** Rows of so much time are read at once where there is a limit: small steps for the server, soon done. */
    private static final Duration STEP = Duration.ofMillis(250);

    private final Scope whole;
    private final Map<TableName, Scope> tables = new TreeMap<>();
    private final LongSupplier nanos;

    /** A limit and the time from which it lets something pass. */
    private static final class Scope {
        private final @Nullable TableName table;
        private ReadLimit limit;
        private long freeAt;

        private Scope(@Nullable TableName table, ReadLimit limit, long now) {
            this.table = table;
            this.limit = limit;
            this.freeAt = now;
        }

        private boolean open(long now) {
            return !limit.paused() && (limit.rowsPerSecond() == null || freeAt - now <= 0);
        }

        private int most(int wanted) {
            Long perSecond = limit.rowsPerSecond();
            return perSecond == null ? wanted : (int) Math.min(wanted, Math.max(1, perSecond * STEP.toMillis() / 1000));
        }

        private void take(int rows, long now) {
            Long perSecond = limit.rowsPerSecond();
            // who comes late may catch up by one step; what was not used before is gone: no rush after a pause
            long from = Math.max(freeAt - now, -STEP.toNanos()) + now;
            freeAt = perSecond == null ? now : from + TimeUnit.SECONDS.toNanos(rows) / perSecond;
        }

        private Mark mark() {
            return new Mark(Progress.readsKey(table), limit.encode());
        }
    }

    /**
     * @param marks of the progress topic: the limits that signals have set before
     * @param nanos a clock that does not jump, such as {@link System#nanoTime}
     */
    public ReadLimits(Map<String, String> marks, Collection<TableName> tables, LongSupplier nanos) {
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.whole = new Scope(null, limit(marks, null), now);
        tables.forEach(table -> this.tables.put(table, new Scope(table, limit(marks, table), now)));
    }

    private static ReadLimit limit(Map<String, String> marks, @Nullable TableName table) {
        String mark = marks.get(Progress.readsKey(table));
        return mark == null ? ReadLimit.NONE : ReadLimit.decode(mark);
    }

    /** Waits for a change, at most {@code limit}. */
    @SuppressWarnings("WaitNotInLoop") // who waits looks again
    synchronized void awaitChange(Duration limit) throws InterruptedException {
        wait(limit.toMillis());
    }

    /** Whether rows of the table may be read now. */
    synchronized boolean isOpen(TableName table) {
        long now = nanos.getAsLong();
        return whole.open(now) && scope(table).open(now);
    }

    /** How many rows of the table may be read now, of those that are wanted; 0: none, ask again. */
    synchronized int take(TableName table, int wanted) {
        if (!isOpen(table)) {
            return 0;
        }
        long now = nanos.getAsLong();
        Scope own = scope(table);
        int granted = own.most(whole.most(wanted));
        whole.take(granted, now);
        own.take(granted, now);
        return granted;
    }

    /**
     * Obeys a pause, resume or throttle, at once. One of the whole source that lifts a limit lifts that of each table, too.
     *
     * @return the limits that changed, to be made durable
     * @throws RefusedSignal when it could not have the effect that is asked for
     */
    synchronized List<Mark> change(Signal signal) throws RefusedSignal {
        TableName table = signal.table();
        if (table != null && !tables.containsKey(table)) {
            throw new RefusedSignal("table " + table + " is not captured");
        }
        if (table != null && signal.type() == Signal.Type.RESUME && whole.limit.paused()) {
            throw new RefusedSignal("the whole source is paused: resume it without a table");
        }
        List<Scope> meant = new ArrayList<>(List.of(table == null ? whole : scope(table)));
        if (table == null && lifts(signal)) {
            meant.addAll(tables.values());
        }
        List<Mark> changed = new ArrayList<>();
        for (Scope scope : meant) {
            ReadLimit after = scope.limit.after(signal);
            if (!scope.limit.equals(after)) {
                scope.limit = after;
                scope.freeAt = nanos.getAsLong();
                changed.add(scope.mark());
            }
        }
        notifyAll();
        return changed;
    }

    private static boolean lifts(Signal signal) {
        return signal.type() == Signal.Type.RESUME
                || (signal.type() == Signal.Type.THROTTLE && signal.rowsPerSecond() == null);
    }

    private Scope scope(TableName table) {
        Scope scope = tables.get(table);
        if (scope == null) {
            throw new IllegalArgumentException("table " + table + " is not captured");
        }
        return scope;
    }
}
