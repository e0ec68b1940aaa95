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
import io.changeover.transport.signal.SignalDialog;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
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
        TableDefinition asked = Pipelines.oldTable(pipeline, table);
        String stop = stop(pipeline, asked).problem().toString();
        if (!execute) {
            terminal.report(new Outcome(asked.sourceLabel(), "dry run", stop));
            terminal.say("nothing was changed: --execute readmits the table, and reads all its rows");
            return ExitCode.OK;
        }
        String who = System.getProperty("user.name", "unknown");
        Signal signal = Signal.readmit(UUID.randomUUID().toString(), asked.sourceName(), asked.source(), who);
        long deadline = System.nanoTime() + timeout().toNanos();
        Optional<SignalAck> answer = SignalDialog.ask(pipeline, signal, timeout());
        if (answer.isPresent() && answer.get().state() == SignalAck.State.REFUSED) {
            throw refused(asked, "capture refused: " + answer.get().reason());
        }
        boolean done = answer.isPresent() && awaitTakenIn(pipeline, asked, deadline);
        terminal.report(new Outcome(asked.sourceLabel(), done ? "done" : "not answered", stop));
        if (!done) {
            terminal.say("a capture that does not run does it as soon as it does: the signal waits for it");
            return ExitCode.UNREACHABLE;
        }
        return ExitCode.OK;
    }

    /** Capture takes the table in with its next run, which begins at once, or says why it cannot. */
    private boolean awaitTakenIn(PipelineDefinition pipeline, TableDefinition asked, long deadline) {
        String topic = pipeline.topicNames().progress(asked.sourceName());
        try (ProgressTopic progress = new ProgressTopic(pipeline.kafka().properties(), topic, timeout())) {
            Progress present = progress.latest();
            while (CaptureStop.wasLifted(present.marks(), asked.source()) && System.nanoTime() < deadline) {
                present = progress.follow(Duration.ofMillis(500));
            }
            CaptureStop.of(present.marks(), asked.source()).ifPresent(stop -> {
                throw new ChangeoverException(stop.problem());
            });
            return !CaptureStop.wasLifted(present.marks(), asked.source());
        }
    }

    private CaptureStop stop(PipelineDefinition pipeline, TableDefinition asked) {
        String topic = pipeline.topicNames().progress(asked.sourceName());
        Progress progress = ProgressTopic.readLatest(pipeline.kafka().properties(), topic, timeout());
        return CaptureStop.of(progress.marks(), asked.source())
                .orElseThrow(() -> refused(
                        asked,
                        CaptureStop.wasLifted(progress.marks(), asked.source())
                                ? "the table is readmitted already: capture takes it in with its next run"
                                : "capture has not stopped the table"));
    }

    private static ChangeoverException refused(TableDefinition asked, String cause) {
        return new ChangeoverException(new Problem(
                ExitCode.USAGE,
                "--table " + asked.sourceLabel(),
                cause,
                "`changeover status` shows what has; `changeover refresh` re-sends rows of a table that is captured"));
    }
}
