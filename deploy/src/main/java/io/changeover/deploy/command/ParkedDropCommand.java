package io.changeover.deploy.command;

import io.changeover.apply.guard.Deferred.Kind;
import io.changeover.apply.operation.WaitingRow;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives changes up. */
@Command(
        name = "drop",
        description =
                "Forgets rows that wait. Their changes are lost: the new rows stay as they are, older or absent, until a newer"
                        + " change of the key, or a refresh. Parked rows; one that is named also when it is held or in"
                        + " collision. Dry run without --execute.")
final class ParkedDropCommand extends ParkedRowsCommand {

    private static final int SUGGESTED = 20;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<Kind> kinds = namesOne() ? List.of(Kind.values()) : List.of(Kind.PARKED);
        List<Group> groups = groups(pipeline, kinds, Integer.MAX_VALUE);
        requireOneMeant(groups);
        List<Line> lines = new ArrayList<>();
        for (Group group : groups) {
            for (WaitingRow row : group.rows()) {
                lines.add(group.line(row, execute ? drop(group, row) : "would be dropped"));
            }
        }
        terminal.report(new Outcome(lines, false));
        if (lines.isEmpty()) {
            return ExitCode.OK;
        }
        terminal.say(
                execute
                        ? "what was dropped is lost; the new rows are as they were before these changes"
                        : "nothing was dropped: --execute drops them, and their changes are lost");
        groups.forEach(group -> suggest(group, terminal));
        return ExitCode.OK;
    }

    private static String drop(Group group, WaitingRow row) {
        return group.with(waiting -> waiting.drop(row)) ? "dropped" : "superseded";
    }

    private static void suggest(Group group, Terminal terminal) {
        List<String> keys = group.rows().stream()
                .map(WaitingRow::key)
                .filter(key -> key != null)
                .map(key -> KeyValues.of(key).assignments())
                .toList();
        if (!keys.isEmpty()) {
            terminal.say("to have the rows sent as they are in the old table: changeover refresh --table "
                    + group.table().sourceLabel() + " --keys '"
                    + keys.stream().limit(SUGGESTED).collect(Collectors.joining(";"))
                    + (keys.size() > SUGGESTED ? ";...'" : "'") + " --execute");
        }
    }
}
