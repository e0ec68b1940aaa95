package io.changeover.deploy.status;

import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the last comparison of every table began after the call, and found both sides equal. Compares nothing itself.
 */
public final class Reconciled {

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final String NOBODY =
            "nobody compares: start `changeover reconcile`, or compare with `changeover reconcile --once`";

    private Reconciled() {}

    /**
     * Waits, at most {@code timeout}.
     *
     * @param talk is told what it waits for
     * @return what is still missing; empty: reconciled
     * @throws ChangeoverException when the server that keeps the history refuses (12) or does not answer (13)
     */
    public static List<String> await(PipelineDefinition pipeline, Duration timeout, Consumer<String> talk) {
        long deadline = System.nanoTime() + timeout.toNanos();
        RunHistory history = RunHistory.of(pipeline);
        try {
            Instant call = history.now();
            boolean hasRunner = history.hasRunner();
            talk.accept(hasRunner ? "waiting for comparisons that begin after " + call : NOBODY);
            List<String> missing = missing(pipeline, history.last(), call);
            while (!missing.isEmpty() && System.nanoTime() < deadline && pause()) {
                missing = missing(pipeline, history.last(), call);
            }
            if (!missing.isEmpty() && !history.hasRunner()) {
                missing.add(NOBODY);
            }
            return missing;
        } catch (SQLException e) {
            throw new ChangeoverException(history.problem(e), e);
        }
    }

    private static List<String> missing(PipelineDefinition pipeline, Map<String, KeptRun> last, Instant call) {
        List<String> missing = new ArrayList<>();
        for (TableDefinition table : pipeline.tables()) {
            String of =
                    missing(last.get(table.label()), call, pipeline.reconcile().every());
            if (of != null) {
                missing.add("table " + table.label() + ": " + of);
            }
        }
        return missing;
    }

    /** Null: nothing. */
    static @Nullable String missing(@Nullable KeptRun run, Instant call, Recurrence every) {
        if (run == null) {
            return "never compared";
        }
        if (!run.started().isAfter(call)) {
            return "not compared since; the last comparison began at " + run.started() + ", the next one is due at "
                    + every.after(run.started());
        }
        if (run.report().verdict() == Verdict.EQUAL) {
            return null;
        }
        return run.report().verdict() + ", " + run.report().left() + " rows differ, "
                + run.report().undecided() + " undecided, in the comparison of " + run.started()
                + " (`changeover reconcile last` tells more)";
    }

    private static boolean pause() {
        try {
            Thread.sleep(STEP.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
