package io.changeover.deploy.command;

import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Map;

/**
 * What stands in the way of running a mapping: its servers cannot be used, or its tables are not as they must be.
 *
 * @param onSources what is wrong with each source and its tables, by its name
 * @param onTargets what is wrong with the targets, the new tables and the mappings
 */
record Obstacles(PipelineDefinition pipeline, Map<String, List<Problem>> onSources, List<Problem> onTargets) {

    boolean of(TableDefinition table) {
        String old = "table " + table.source();
        String address = pipeline.source(table.sourceName()).server().address();
        return onSources.getOrDefault(table.sourceName(), List.of()).stream()
                        .anyMatch(problem -> problem.place().equals(old) || isAway(problem, address))
                || onTargets.stream()
                        .anyMatch(problem -> problem.place().equals(table.label())
                                || table.destinations().stream().anyMatch(place -> isAt(problem, place)));
    }

    private boolean isAt(Problem problem, Destination place) {
        String address = pipeline.target(place.targetName()).server().address();
        return problem.place().equals(place.table().toString()) || isAway(problem, address);
    }

    private static boolean isAway(Problem problem, String address) {
        boolean away = problem.code() == ExitCode.DENIED || problem.code() == ExitCode.UNREACHABLE;
        return away && problem.place().endsWith(address);
    }
}
