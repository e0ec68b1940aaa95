package io.changeover.reconcile.schedule;

import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import java.time.Instant;

/**
 * One comparison of one table, as the history has it.
 *
 * @param id higher than that of every run before
 * @param started by the clock of the server that keeps the history, as is {@code ended}
 */
public record KeptRun(long id, Instant started, Instant ended, TableReport report) {

    /** Whether nothing was found, not even something that was mended. */
    public boolean isClean() {
        return report.verdict() == Verdict.EQUAL && report.mended() == 0;
    }
}
