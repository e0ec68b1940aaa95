package io.changeover.deploy.command;

import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.Deferred.Kind;
import io.changeover.apply.operation.WaitingRow;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.event.Version;
import io.changeover.transport.problem.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has parked rows tried again, by apply and its guard. */
@Command(
        name = "retry",
        description =
                "Has apply map and write parked rows again, after the mapping, the new table or what they refer to was mended;"
                        + " never over something newer. What is refused again is parked again. Held rows are tried by"
                        + " themselves. Dry run without --execute.")
final class ParkedRetryCommand extends ParkedRowsCommand {

    private static final long LOOK_MILLIS = 250;
    private static final String REFUSED = "refused again";
    private static final String WAITING = "not tried yet";
    private static final String NO_ROW = "cannot be tried: the message is not understood";

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    /** With many held rows apply tries them every half minute only. */
    @Override
    Duration defaultTimeout() {
        return Duration.ofSeconds(90);
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) throws InterruptedException {
        List<Group> groups = groups(pipeline, List.of(Kind.PARKED), Integer.MAX_VALUE);
        requireOneMeant(groups);
        List<Line> lines = new ArrayList<>();
        if (!execute) {
            for (Group group : groups) {
                group.rows().forEach(row -> lines.add(group.line(row, row.isRow() ? "would be tried again" : NO_ROW)));
            }
            terminal.report(new Outcome(lines, false));
            terminal.say("nothing was changed: --execute has them tried again");
            return ExitCode.OK;
        }
        String asked = Deferred.TO_BE_TRIED + ", asked by " + System.getProperty("user.name", "unknown") + "; before: ";
        for (Group group : groups) {
            group.with(waiting -> {
                for (WaitingRow row : group.rows()) {
                    waiting.retry(row, asked + row.reason());
                }
                return group;
            });
        }
        long deadline = System.nanoTime() + timeout().toNanos();
        do {
            Thread.sleep(LOOK_MILLIS);
            lines.clear();
            groups.forEach(group -> lines.addAll(states(pipeline, group, asked)));
        } while (has(lines, WAITING) && System.nanoTime() < deadline);
        terminal.report(new Outcome(lines, false));
        if (has(lines, WAITING)) {
            terminal.say("an apply that does not run tries them as soon as it does");
            return ExitCode.UNREACHABLE;
        }
        if (has(lines, NO_ROW)) {
            terminal.say("a message that is not understood can be dropped, or replayed by a version that does:"
                    + " changeover replay --to-offset");
        }
        return has(lines, REFUSED) || has(lines, NO_ROW) ? ExitCode.GATE_NOT_MET : ExitCode.OK;
    }

    private static boolean has(List<Line> lines, String state) {
        return lines.stream().anyMatch(line -> state.equals(line.state()));
    }

    /** An image that the mapping of now puts on another server of its table waits there, if it still does. */
    private static List<Line> states(PipelineDefinition pipeline, Group group, String asked) {
        Map<Image, Line> now = new HashMap<>();
        for (String target : group.table().targetNames()) {
            Group there = Group.of(pipeline, group.table(), target);
            there.with(waiting -> waiting.find(row -> true, Integer.MAX_VALUE))
                    .forEach(row -> now.put(Image.of(row), there.line(row, state(row, asked))));
        }
        return group.rows().stream()
                .map(row -> now.getOrDefault(Image.of(row), group.line(row, "written, or superseded")))
                .toList();
    }

    /** What a waiting row is on every server; what is no row has its place instead of a version. */
    private record Image(int source, String keyHash, Version version) {

        static Image of(WaitingRow row) {
            return new Image(row.id().source(), row.id().keyHash(), row.version());
        }
    }

    private static String state(WaitingRow row, String asked) {
        if (!row.isRow()) {
            return NO_ROW;
        }
        if (row.reason().startsWith(asked) || row.reason().equals(Deferred.HANDED_OVER)) {
            return WAITING;
        }
        return row.kind() == Kind.PARKED ? REFUSED : "waits: " + row.kind().name();
    }
}
