package io.changeover.capture.engine;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What comes next in the binlog cannot be taken for some tables; the others go on without them. */
final class TablesStopped extends RuntimeException {

    private final transient Set<TableName> tables;
    private final transient Problem problem;

    TablesStopped(Set<TableName> tables, Problem problem, @Nullable Throwable cause) {
        super(problem.toString(), cause);
        this.tables = Set.copyOf(tables);
        this.problem = problem;
    }

    Set<TableName> tables() {
        return tables;
    }

    Problem problem() {
        return problem;
    }
}
