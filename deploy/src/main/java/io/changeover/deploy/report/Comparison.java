package io.changeover.deploy.report;

import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import java.time.Instant;
import java.util.List;

/**
 * One comparison of a pipeline's tables.
 *
 * @param started by the clock of this machine, as {@code ended}
 * @param repair whether rows that differ were sent again
 * @param values whether both sides' values were asked for
 */
public record Comparison(
        String pipeline, Instant started, Instant ended, boolean repair, boolean values, List<TableReport> tables) {

    public Comparison {
        tables = List.copyOf(tables);
    }

    /** Of all tables: the worst one. */
    public Verdict verdict() {
        if (tables.stream().anyMatch(table -> table.verdict() == Verdict.DIFFERENT)) {
            return Verdict.DIFFERENT;
        }
        return tables.stream().allMatch(table -> table.verdict() == Verdict.EQUAL)
                ? Verdict.EQUAL
                : Verdict.COULD_NOT_TELL;
    }
}
