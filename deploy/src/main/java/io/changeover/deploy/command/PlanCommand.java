package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.plan.PipelinePlanner;
import io.changeover.deploy.trial.DataTrial;
import io.changeover.deploy.trial.TrialReport;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what will happen, and does nothing. */
@Command(
        name = "plan",
        description = "What will happen: topics, the mapping of each column with types and losses, statements, grants.")
final class PlanCommand extends PipelineCommand {

    @Option(
            names = "--dry-run-data",
            description =
                    "Run all rows of the old tables through the mapping without writing one, and count what would be"
                            + " refused, changed or collide; exit 22 when something would.")
    private boolean data;

    @Option(
            names = "--table",
            paramLabel = "T",
            description = "With --dry-run-data: only that old table, source.schema.table, or one of its parts,"
                    + " source.schema.table/part; without it all tables, and those that become one together.")
    private @Nullable String table;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        if (!data && table != null) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE, "--table", "goes with --dry-run-data only", "leave it out, or add --dry-run-data"));
        }
        if (!data) {
            terminal.report(new PipelinePlanner(pipeline, timeout()).plan());
            return ExitCode.OK;
        }
        TrialReport report = new DataTrial(pipeline, terminal)
                .run(table == null ? pipeline.tables() : Pipelines.tables(pipeline, table));
        terminal.report(report);
        return report.hasHazards() ? ExitCode.DIFFERENCES : ExitCode.OK;
    }
}
