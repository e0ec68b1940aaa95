package io.changeover.apply;

import io.changeover.apply.stream.GateWatch;
import io.changeover.apply.target.StopShelf;
import io.changeover.apply.target.TargetProgress.Stop;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a table has stopped, for as long as that stands: in this process, for its exit code, and on a shelf that all instances
 * share. It stands until an instance has gone on for a while since it last took a partition over. A start alone proves
 * nothing, nor does one write, which may be another partition's. Who proves it clears the shelf, whoever put the stop there.
 *
 * <p>The shelf is the table's thread's; stream threads may tell of themselves at any time.
 */
final class TableStop {

    private static final Logger log = LoggerFactory.getLogger(TableStop.class);

    /** Much longer than an owner needs to come to the first change that waits for it. */
    static final Duration QUIET = Duration.ofSeconds(5);

    private final String table;
    private final StopShelf shelf;
    private final LongSupplier nanos;
    private volatile @Nullable Problem own;
    private boolean kept;
    private @Nullable Stop seen;
    private final Map<Thread, Long> writing = new HashMap<>();
    private boolean claimed;
    private long quietSince;

    TableStop(String table, StopShelf shelf, LongSupplier nanos) {
        this.table = table;
        this.shelf = shelf;
        this.nanos = nanos;
    }

    /** Why this process stopped; null when it did not, or goes on since. */
    @Nullable
    Problem problem() {
        return own;
    }

    /** Whether only a person can mend it; everything else is tried again, and is no stop whatever there was before. */
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

    /** What the table does after a failure. A stop before it still stands, with its own problem. */
    TableState.Phase failed(Problem problem) {
        if (!isStop(problem.code())) {
            return TableState.Phase.WAITING;
        }
        own = problem;
        keep(problem);
        return TableState.Phase.STOPPED;
    }

    private void keep(Problem problem) {
        try {
            shelf.put(problem);
            kept = true;
        } catch (SQLException e) {
            kept = false;
            log.warn("{}: the stop is not kept on the target: {}", table, e.getMessage());
        }
    }

    /** The application begins: nothing is proved yet. */
    synchronized void started() {
        claimed = false;
        writing.clear();
        quietSince = nanos.getAsLong();
    }

    synchronized void reached(GateWatch.Phase phase) {
        switch (phase) {
            case CLAIMED -> {
                claimed = true;
                writing.remove(Thread.currentThread());
                quietSince = nanos.getAsLong();
            }
            case BEFORE_WRITE -> writing.put(Thread.currentThread(), nanos.getAsLong());
            case AFTER_WRITE -> writing.remove(Thread.currentThread());
            case AFTER_OFFSETS -> {}
        }
    }

    /** Something is not as it should be: the time counts anew. */
    synchronized void disturbed() {
        quietSince = nanos.getAsLong();
    }

    private synchronized boolean isQuiet() {
        return nanos.getAsLong() - quietSince >= QUIET.toNanos();
    }

    /** A write that began before the time was over may still fail; it may wait for locks of others for long. */
    private synchronized boolean isProved() {
        long over = quietSince + QUIET.toNanos();
        return claimed && isQuiet() && writing.values().stream().noneMatch(began -> began - over < 0);
    }

    /** To be called now and then while nothing fails. True when a stop of this process has just ended. */
    boolean isOver() {
        Problem mine = own;
        if (mine != null && !kept) {
            keep(mine);
        }
        try {
            Optional<Stop> found = shelf.find();
            if (found.isEmpty()) {
                seen = null;
                // another instance has proved it
                return mine != null && kept && isQuiet() && ended(mine);
            }
            if (!found.get().equals(seen)) {
                // whoever stopped may have let go of partitions that come to us now
                seen = found.get();
                disturbed();
                return false;
            }
            if (!isProved()) {
                return false;
            }
            shelf.remove();
            seen = null;
            log.info("{} goes on", table);
            return mine != null && ended(mine);
        } catch (SQLException e) {
            // not known: neither stopped nor going on
            log.debug("{}: whether a stop is kept on the target is not known", table, e);
            return false;
        }
    }

    private boolean ended(Problem stop) {
        own = null;
        log.debug("{}: over: {}", table, stop);
        return true;
    }
}
