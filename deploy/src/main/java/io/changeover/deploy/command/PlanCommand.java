package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.plan.PipelinePlanner;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import picocli.CommandLine.Command;

/** Says what will happen, and does nothing. */
@Command(
        name = "plan",
        description = "What will happen: topics, the mapping of each column with types and losses, statements, grants.")
final class PlanCommand extends PipelineCommand {

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        terminal.report(new PipelinePlanner(pipeline, timeout()).plan());
        return ExitCode.OK;
    }
}
