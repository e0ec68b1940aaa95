package io.changeover.deploy.command;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalDialog;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds up, or lets go, the reading of old rows and the writing of new ones: of one table, or of all. */
abstract class SteerCommand extends PipelineCommand {

    /** Who is steered. */
    enum Part {
        backfill,
        apply
    }

    /** @param state {@code done}, {@code refused}, {@code not answered} in time */
    record Answer(
            String place, Part part, String state, @Nullable String reason) {}

    /** What each capture answered, and what was noted on the targets. */
    record Outcome(String asked, List<Answer> answers) implements Report {

        @Override
        public void print(PrintWriter out) {
            answers.forEach(answer -> out.println(answer.place() + ": " + asked + " (" + answer.part() + ") "
                    + answer.state()
                    + (answer.reason() == null ? "" : ", " + answer.reason())));
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            description =
                    "The old table, source.schema.table, or one of its parts, source.schema.table/part, which are applied each by"
                            + " itself and read together. Without it: all tables of all sources.")
    private @Nullable String table;

    @Option(
            names = "--only",
            paramLabel = "PART",
            description = "Only the reading of old rows (backfill, refresh), or only apply: ${COMPLETION-CANDIDATES}.")
    private @Nullable Part only;

    /** What is asked, for people: {@code pause}, {@code throttle to 500 rows/s}. */
    abstract String asked();

    /** @throws picocli.CommandLine.ParameterException when what is asked cannot be; then nothing is noted or asked */
    void requireSense() {}

    abstract Signal signal(String id, String source, @Nullable TableName table, String requestedBy);

    /** Notes it for apply. */
    abstract void note(ApplyLimits limits, String feed, String who) throws SQLException;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        requireSense();
        List<TableDefinition> asked = table == null ? List.of() : Pipelines.tables(pipeline, table);
        List<Answer> answers = new ArrayList<>();
        if (only != Part.backfill) { // first: it needs nobody's answer
            answers.addAll(note(pipeline, asked));
        }
        if (only != Part.apply) {
            if (!asked.isEmpty()) { // all parts are read at once
                TableDefinition any = asked.get(0);
                answers.add(ask(pipeline, any.sourceLabel(), any.sourceName(), any.source()));
            } else {
                for (SourceDefinition source : pipeline.sources()) {
                    answers.add(ask(pipeline, source.name(), source.name(), null));
                }
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

    /** @param asked empty: all tables */
    private List<Answer> note(PipelineDefinition pipeline, List<TableDefinition> asked) {
        List<Answer> answers = new ArrayList<>();
        if (asked.isEmpty()) {
            for (TargetDefinition target : pipeline.targets()) {
                note(pipeline, target, ApplyLimits.ALL);
                answers.add(new Answer(target.name(), Part.apply, "done", null));
            }
        }
        for (TableDefinition each : asked) {
            each.targetNames().forEach(target -> note(pipeline, pipeline.target(target), pipeline.feed(each)));
            answers.add(new Answer(each.label(), Part.apply, "done", null));
        }
        return answers;
    }

    private void note(PipelineDefinition pipeline, TargetDefinition target, String feed) {
        MySqlServer server = MySqlServer.of(target.server(), "steer");
        try (Connection connection = server.require()) {
            note(new ApplyLimits(connection, pipeline.name()), feed, who());
        } catch (SQLException e) {
            if (SqlFailure.of(e).kind() == SqlFailure.Kind.SCHEMA) {
                throw new ChangeoverException(new Problem(
                        ExitCode.CONFIG,
                        "target " + target.name(),
                        "there is no table `changeover`.`control` to note it in",
                        "`changeover prepare --execute` makes it"));
            }
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private static String who() {
        return System.getProperty("user.name", "unknown");
    }

    private Answer ask(PipelineDefinition pipeline, String place, String source, @Nullable TableName name) {
        Signal signal = signal(UUID.randomUUID().toString(), source, name, who());
        return SignalDialog.ask(pipeline, signal, timeout())
                .filter(ack -> ack.state() != SignalAck.State.RUNNING)
                .map(ack -> ack.state() == SignalAck.State.DONE
                        ? new Answer(place, Part.backfill, "done", null)
                        : new Answer(place, Part.backfill, "refused", ack.reason()))
                .orElseGet(() -> new Answer(place, Part.backfill, "not answered", null));
    }
}
