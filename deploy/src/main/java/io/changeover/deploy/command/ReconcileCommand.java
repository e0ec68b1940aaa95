package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.LiveCompare;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.reconcile.schedule.Reconcile;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the new tables with the mapped old ones, while both are written to. */
@Command(
        name = "reconcile",
        description = "Compares both sides while they are written to: 0 equal, 22 different, 21 could not tell."
                + " Nothing is sent again without --repair. Without --once: all tables again and again, as `reconcile`"
                + " in the file says; start several, and one compares while the others stand by.",
        subcommands = {ReconcileShowCommand.class, ReconcileLastCommand.class, ReconcileDiffCommand.class})
final class ReconcileCommand extends PipelineCommand {

    /** @param verdict of all tables: the worst one */
    record Outcome(String verdict, List<TableReport> tables) implements Report {

        @Override
        public void print(PrintWriter out) {
            ComparedText.print(tables, out);
            out.println(verdict);
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            description =
                    "Only that old table, source.schema.table, or one of its parts, source.schema.table/part. Without it: all"
                            + " tables.")
    private @Nullable String table;

    @Option(names = "--once", description = "One comparison, now.")
    private boolean once;

    @Option(
            names = "--repair",
            description = "Have rows that differ sent again, also where the file does not say `repair: true`.")
    private boolean repair;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Without --once: log JSON lines there instead of stderr.")
    private @Nullable Path logFile;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        for (String option : once ? List.of("--log-file") : List.of("--table", "--repair", "--timeout")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + (once ? " does not go with --once" : " goes with --once only"));
            }
        }
        return once
                ? super.call()
                : new WorkerProcess(top(), pipeline -> List.of(new Reconcile(pipeline, new PipelineServers(pipeline))))
                        .run(logFile);
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<TableDefinition> tables = table == null ? pipeline.tables() : Pipelines.tables(pipeline, table);
        ReconcileSettings settings = pipeline.reconcile();
        LiveCompare compare = new LiveCompare(
                pipeline,
                new PipelineServers(pipeline),
                new ReconcileSettings(
                        settings.every(), repair, settings.patience(), settings.repairRows(), settings.repairPercent()),
                new ComparePace(terminal),
                terminal::say);
        RunNotes notes = new RunNotes(pipeline, terminal);
        List<TableReport> reports = new ArrayList<>();
        for (List<TableDefinition> together : compare.together(tables)) {
            notes.begin();
            List<TableReport> of = compare.compare(together);
            notes.end(of);
            reports.addAll(of);
        }
        Verdict worst = worst(reports);
        terminal.report(new Outcome(worst.toString(), reports));
        return switch (worst) {
            case EQUAL -> ExitCode.OK;
            case DIFFERENT -> ExitCode.DIFFERENCES;
            case COULD_NOT_TELL -> ExitCode.GATE_NOT_MET;
        };
    }

    private static Verdict worst(List<TableReport> reports) {
        if (reports.stream().anyMatch(report -> report.verdict() == Verdict.DIFFERENT)) {
            return Verdict.DIFFERENT;
        }
        return reports.stream().allMatch(report -> report.verdict() == Verdict.EQUAL)
                ? Verdict.EQUAL
                : Verdict.COULD_NOT_TELL;
    }
}
