package io.changeover.deploy.command;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.List;

/** What stands in the way of running a mapping: its servers cannot be used, or its tables are not as they must be. */
record Obstacles(PipelineDefinition pipeline, List<Problem> problems) {

    boolean of(TableDefinition table) {
        String source = pipeline.source(table.sourceName()).server().address();
        String target = pipeline.target(table.targetName()).server().address();
        return problems.stream()
                .anyMatch(problem -> (isAway(problem) && problem.place().endsWith(source))
                        || (isAway(problem) && problem.place().endsWith(target))
                        || problem.place().endsWith(table.source().toString())
                        || problem.place().endsWith(table.target().toString()));
    }

    private static boolean isAway(Problem problem) {
        return problem.code() == ExitCode.DENIED || problem.code() == ExitCode.UNREACHABLE;
    }
}
