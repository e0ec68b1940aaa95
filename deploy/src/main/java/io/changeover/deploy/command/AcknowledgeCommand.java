package io.changeover.deploy.command;

import io.changeover.capture.Acknowledgement;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a source begin anew that cannot go on from its position. */
@Command(
        name = "acknowledge",
        description =
                "Acknowledges why a source has stopped (a gap in its binlog, a server that went back, an unsafe change, a lost"
                        + " position or schema history): its capture begins anew at the server's present position with its"
                        + " next start, and reads all rows of all tables again. Rows that were deleted meanwhile stay on the"
                        + " new side. Dry run without --execute.")
final class AcknowledgeCommand extends PipelineCommand {

    /**
     * What was found.
     *
     * @param state {@code dry run}, {@code done}
     * @param stop why the source has stopped
     * @param missed transactions of the server that were never published, as a GTID set
     * @param struck transactions that were published and are not in the server's history, as a GTID set
     * @param positionLost whether nothing is known of what was published but its timeline
     * @param timeline the era that begins
     * @param tables those that are read anew
     */
    record Outcome(
            String source,
            String state,
            String stop,
            String missed,
            String struck,
            boolean positionLost,
            int timeline,
            List<String> tables)
            implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(source + ": " + state);
            out.println("  had stopped: " + stop);
            if (positionLost) {
                out.println(
                        "  its position is lost, and with it which tables had stopped or were paused; all are read");
            }
            if (!missed.isEmpty()) {
                out.println("  not published: " + missed + "; rows that these deleted stay on the new side");
            }
            if (!struck.isEmpty()) {
                out.println("  published, and not in the server's history: " + struck
                        + "; rows that only these had inserted stay on the new side");
            }
            out.println("  begins anew in timeline " + timeline + ", and reads: " + String.join(", ", tables));
        }
    }

    @Option(names = "--source", paramLabel = "NAME", description = "The source; not needed where the pipeline has one.")
    private @Nullable String source;

    @Option(
            names = "--timeline",
            paramLabel = "N",
            description =
                    "Where the position is lost and the topics are empty: a number that no published version is above.")
    private @Nullable Integer timeline;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        CaptureSettings settings = CaptureSettings.of(pipeline, Pipelines.source(pipeline, source));
        Acknowledgement found = Acknowledgement.of(settings, timeline, timeout());
        if (execute) {
            found.execute(settings, timeout());
        }
        terminal.report(new Outcome(
                found.source(),
                execute ? "done" : "dry run",
                found.stop().problem().toString(),
                found.missed().toString(),
                found.struck().toString(),
                found.lost(),
                found.timeline(),
                pipeline.tablesOf(found.source()).stream()
                        .map(TableDefinition::sourceLabel)
                        .distinct()
                        .toList()));
        terminal.say(
                execute
                        ? "start the capture: it reads the tables anew; compare both sides afterwards, deleted rows included"
                        : "nothing was changed: --execute does it");
        return ExitCode.OK;
    }
}
