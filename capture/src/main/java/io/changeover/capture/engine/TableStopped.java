package io.changeover.capture.engine;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import org.jspecify.annotations.Nullable;

/** What comes next in the binlog cannot be taken for one table; the others go on without it. */
final class TableStopped extends RuntimeException {

    private final transient TableName table;
    private final transient Problem problem;

    TableStopped(TableName table, Problem problem, @Nullable Throwable cause) {
        super(problem.toString(), cause);
        this.table = table;
        this.problem = problem;
    }

    TableName table() {
        return table;
    }

    Problem problem() {
        return problem;
    }
}
