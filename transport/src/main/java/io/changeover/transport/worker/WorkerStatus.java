package io.changeover.transport.worker;

import io.changeover.transport.problem.Problem;
import java.util.List;

/**
 * What a worker does now.
 *
 * @param ready whether it does its work, or stands by for one who does; false while it starts, waits for its environment, or
 *     has stopped
 * @param phase in a word or two: {@code streaming}, {@code standby}, {@code waiting}
 * @param problems what keeps it, or one of its tables, from working
 */
public record WorkerStatus(boolean ready, String phase, List<Problem> problems) {

    public WorkerStatus {
        problems = List.copyOf(problems);
    }
}
