package io.changeover.deploy.command;

import io.changeover.deploy.explain.RowExplainer;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where a row is on its way. */
@Command(
        name = "explain-row",
        description =
                "Shows where each image of a row is: on the old server, in the topic, on its way through the mapping, in the"
                        + " new tables and beside them, and what that comes to. Shows row data.")
final class ExplainRowCommand extends PipelineCommand {

    @Option(
            names = "--table",
            paramLabel = "T",
            required = true,
            description =
                    "The old table: source.schema.table; of one that is split the part: source.schema.table/part.")
    private String table = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            converter = KeyValues.Converter.class,
            description = "The row's key in the old table, as messages have it: '{\"id\":\"1\"}'.")
    @SuppressWarnings("NullAway.Init")
    private KeyValues key;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        RowExplainer explainer = new RowExplainer(pipeline, Pipelines.table(pipeline, table), timeout());
        terminal.report(explainer.explain(key.columns()));
        return ExitCode.OK;
    }
}
