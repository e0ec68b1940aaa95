package io.changeover.deploy.command;

import io.changeover.apply.guard.Deferred;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What waits, and why. */
@Command(
        name = "list",
        description =
                "Shows every row that waits: parked (refused by the database: somebody decides), held (another row has its"
                        + " unique value: tried again by itself), collision (the row belongs to another source).")
final class ParkedListCommand extends ParkedRowsCommand {

    @Option(names = "--limit", paramLabel = "N", description = "The most rows to show (default: ${DEFAULT-VALUE}).")
    private int limit = 1000;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<Line> lines = groups(pipeline, List.of(Deferred.Kind.values()), limit + 1).stream()
                .flatMap(group -> group.rows().stream().map(row -> group.line(row, null)))
                .toList();
        boolean more = lines.size() > limit;
        terminal.report(new Outcome(more ? lines.subList(0, limit) : lines, more));
        return ExitCode.OK;
    }
}
