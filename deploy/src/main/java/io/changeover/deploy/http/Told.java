package io.changeover.deploy.http;

import io.changeover.apply.Apply;
import io.changeover.apply.TableState;
import io.changeover.capture.Capture;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The forms of what is told as JSON. */
final class Told {

    private Told() {}

    /** Whether the threads of the process do their work. */
    record Life(boolean live, List<String> lost, List<String> deadlocked) {}

    /** @param problems of the process, beside those of its workers */
    record Activity(String pipeline, boolean ready, List<Trouble> problems, List<Doing> workers) {}

    /** @param problems of the process, beside those of its workers */
    record Readiness(boolean ready, List<Trouble> problems, List<Work> workers) {}

    /** What a worker does. */
    record Work(String worker, boolean ready, String phase, List<Trouble> problems) {

        static Work of(Worker worker) {
            WorkerStatus status = worker.status();
            // a table that is not captured is a problem of a capture that streams all the same
            return new Work(
                    worker.name(),
                    status.ready() && status.problems().isEmpty(),
                    status.phase(),
                    status.problems().stream().map(Trouble::of).toList());
        }
    }

    /** A worker, and what it does with each of its tables. */
    record Doing(Work work, List<OfTable> tables) {

        static Doing of(Worker worker) {
            List<OfTable> tables = List.of();
            if (worker instanceof Capture capture) {
                tables = capture.progress().backfills().entrySet().stream()
                        .map(entry -> OfTable.of(entry.getKey(), entry.getValue()))
                        .sorted(Comparator.comparing(OfTable::table))
                        .toList();
            } else if (worker instanceof Apply apply) {
                tables = apply.states().stream().map(OfTable::of).toList();
            }
            return new Doing(Work.of(worker), tables);
        }
    }

    /**
     * What is done with a table.
     *
     * @param phase of an apply, in small letters; of a capture {@code backfill} and its state
     * @param counts row changes since the process started; of a backfill, its rows and how many there may be
     */
    record OfTable(String table, String phase, @Nullable Trouble problem, Object counts) {

        static OfTable of(TableName table, BackfillMark mark) {
            return new OfTable(
                    table.toString(),
                    "backfill " + lower(mark.state()),
                    null,
                    Map.of("rows", mark.rows(), "estimate", mark.estimate()));
        }

        static OfTable of(TableState state) {
            Problem problem = state.problem();
            return new OfTable(
                    state.table(), lower(state.phase()), problem == null ? null : Trouble.of(problem), state.counts());
        }

        private static String lower(Enum<?> name) {
            return name.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A problem, with the number of its code as commands exit with it. */
    record Trouble(int code, String place, String cause, String remedy) {

        static Trouble of(Problem problem) {
            return new Trouble(problem.code().number(), problem.place(), problem.cause(), problem.remedy());
        }
    }
}
