package io.changeover.reconcile.schedule;

import io.changeover.reconcile.ScanNotes;
import io.changeover.reconcile.schedule.RunHistory.CutScan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notes of one comparison in the history. It began when the comparison began that it goes on with: nothing that is compared is
 * older. Confined.
 */
final class KeptScan implements ScanNotes {

    private static final Logger LOG = LoggerFactory.getLogger(KeptScan.class);

    private final RunHistory history;
    private final String target;
    private final @Nullable String last;
    private Instant started;
    private boolean failed;

    /** @param now when it begins, if there is nothing to go on with */
    KeptScan(RunHistory history, String target, Instant now) throws SQLException {
        this.history = history;
        this.target = target;
        Optional<CutScan> cut = history.cutScan(target);
        this.last = cut.map(CutScan::state).orElse(null);
        this.started = cut.isPresent() ? cut.get().started() : now;
        if (cut.isPresent()) {
            LOG.info("{}: the comparison that began at {} goes on", target, started);
        }
    }

    Instant started() {
        return started;
    }

    @Override
    public @Nullable String last() {
        return last;
    }

    @Override
    public void note(String text) {
        try {
            history.keepScan(target, new CutScan(started, text));
            failed = false;
        } catch (SQLException e) {
            if (!failed) {
                LOG.warn("{}: a comparison that is cut now begins anew: {}", target, history.problem(e));
            }
            failed = true;
        }
    }

    @Override
    public void forget() {
        if (last == null) {
            return;
        }
        try {
            history.dropScan(target);
            started = history.now();
        } catch (SQLException e) {
            // the older time is true as well: nothing that is compared is older
            LOG.debug("{}: keeps the time of the comparison that was cut", target, e);
        }
    }
}
