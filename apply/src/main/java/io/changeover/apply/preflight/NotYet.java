package io.changeover.apply.preflight;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** What a definition may ask for and apply cannot do yet: refused, never passed over. */
public final class NotYet {

    private NotYet() {}

    public static List<Problem> check(PipelineDefinition pipeline, TableDefinition table) {
        List<Problem> problems = new ArrayList<>();
        if (pipeline.target(table.targetName()).versionStore() != VersionStore.COLUMN) {
            problems.add(new Problem(
                    ExitCode.CONFIG,
                    table.label(),
                    "versions cannot be stored in a side table yet",
                    "use the version column for now"));
        }
        return problems;
    }
}
