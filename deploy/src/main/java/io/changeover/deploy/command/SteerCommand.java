package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds up, or lets go, the reading of old rows: of one table, or of every source as a whole. */
abstract class SteerCommand extends PipelineCommand {

    /** @param state {@code done}, {@code refused}, {@code not answered} in time */
    record Answer(String place, String state, @Nullable String reason) {}

    /** What each capture answered. */
    record Outcome(String asked, List<Answer> answers) implements Report {

        @Override
        public void print(PrintWriter out) {
            answers.forEach(answer -> out.println(answer.place() + ": " + asked + " " + answer.state()
                    + (answer.reason() == null ? "" : ", " + answer.reason())));
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            description = "The old table: source.schema.table. Without it: all tables of all sources.")
    private @Nullable String table;

    /** What is asked, for people: {@code pause}, {@code throttle to 500 rows/s}. */
    abstract String asked();

    abstract Signal signal(String id, String source, @Nullable TableName table, String requestedBy);

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<Answer> answers = new ArrayList<>();
        if (table != null) {
            TableDefinition asked = Pipelines.table(pipeline, table);
            answers.add(ask(pipeline, asked.label(), asked.sourceName(), asked.source()));
        } else {
            for (SourceDefinition source : pipeline.sources()) {
                answers.add(ask(pipeline, source.name(), source.name(), null));
            }
        }
        terminal.report(new Outcome(asked(), answers));
        List<Problem> refused = answers.stream()
                .filter(answer -> answer.reason() != null)
                .map(answer -> new Problem(
                        ExitCode.CONFIG,
                        answer.place(),
                        "capture refused: " + answer.reason(),
                        "`changeover status` shows what holds now"))
                .toList();
        if (!refused.isEmpty()) {
            throw new ChangeoverException(refused);
        }
        if (answers.stream().allMatch(answer -> answer.state().equals("done"))) {
            return ExitCode.OK;
        }
        terminal.say(
                "a capture that does not run, or not yet, obeys as soon as it does: the signal waits for it in topic "
                        + pipeline.topicNames().signals());
        return ExitCode.UNREACHABLE;
    }

    private Answer ask(PipelineDefinition pipeline, String place, String source, @Nullable TableName name) {
        String who = System.getProperty("user.name", "unknown");
        Signal signal = signal(UUID.randomUUID().toString(), source, name, who);
        return SignalDialog.ask(pipeline, signal, timeout())
                .filter(ack -> ack.state() != SignalAck.State.RUNNING)
                .map(ack -> ack.state() == SignalAck.State.DONE
                        ? new Answer(place, "done", null)
                        : new Answer(place, "refused", ack.reason()))
                .orElseGet(() -> new Answer(place, "not answered", null));
    }
}
