package io.changeover.deploy.http;

import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import java.util.List;

/** The forms of what is told as JSON. */
final class Told {

    private Told() {}

    /** Whether the threads of the process do their work. */
    record Life(boolean live, List<String> lost, List<String> deadlocked) {}

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

    /** A problem, with the number of its code as commands exit with it. */
    record Trouble(int code, String place, String cause, String remedy) {

        static Trouble of(Problem problem) {
            return new Trouble(problem.code().number(), problem.place(), problem.cause(), problem.remedy());
        }
    }
}
