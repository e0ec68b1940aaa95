package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import java.io.PrintWriter;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a table captured again that capture has left. */
@Command(
        name = "readmit",
        description =
                "Captures a table again that capture has stopped, with its columns as they are now, and reads all its rows."
                        + " Rows that were deleted meanwhile stay on the new side. Dry run without --execute.")
final class ReadmitCommand extends PipelineCommand {

    /**
     * What was done.
     *
     * @param state {@code dry run}, {@code done}, {@code not answered} in time
     * @param stop why the table had stopped
     */
    record Outcome(String table, String state, String stop) implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(table + ": " + state);
            out.println("  had stopped: " + stop);
        }
    }

    @Option(names = "--table", paramLabel = "T", required = true, description = "The old table: source.schema.table.")
    private String table = "";

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        TableDefinition asked = Pipelines.table(pipeline, table);
        String stop = stop(pipeline, asked).problem().toString();
        if (!execute) {
            terminal.report(new Outcome(asked.label(), "dry run", stop));
            terminal.say("nothing was changed: --execute readmits the table, and reads all its rows");
            return ExitCode.OK;
        }
        String who = System.getProperty("user.name", "unknown");
        Signal signal = Signal.readmit(UUID.randomUUID().toString(), asked.sourceName(), asked.source(), who);
        SignalAck.State state = SignalDialog.ask(pipeline, signal, timeout())
                .map(SignalAck::state)
                .orElse(SignalAck.State.RUNNING);
        terminal.report(new Outcome(asked.label(), state == SignalAck.State.DONE ? "done" : "not answered", stop));
        if (state == SignalAck.State.REFUSED) {
            throw running(asked);
        }
        if (state == SignalAck.State.RUNNING) {
            terminal.say("a capture that does not run does it as soon as it does: the signal waits for it");
            return ExitCode.UNREACHABLE;
        }
        return ExitCode.OK;
    }

    private CaptureStop stop(PipelineDefinition pipeline, TableDefinition asked) {
        String topic = pipeline.topicNames().progress(asked.sourceName());
        Progress progress = ProgressTopic.readLatest(pipeline.kafka().properties(), topic, timeout());
        return CaptureStop.of(progress.marks(), asked.source()).orElseThrow(() -> running(asked));
    }

    private static ChangeoverException running(TableDefinition asked) {
        return new ChangeoverException(new Problem(
                ExitCode.USAGE,
                "--table " + asked.label(),
                "capture has not stopped the table",
                "`changeover status` shows what has; `changeover refresh` re-sends rows of a table that is captured"));
    }
}
