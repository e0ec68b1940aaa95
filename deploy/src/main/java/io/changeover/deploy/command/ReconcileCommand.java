package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.report.Comparison;
import io.changeover.deploy.report.ReportFile;
import io.changeover.deploy.report.ReportLines;
import io.changeover.deploy.report.TableJson;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.LiveCompare;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.schedule.Reconcile;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
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

    /** What was found, in the three forms of the data. */
    private record Outcome(Comparison comparison) implements Report {

        /** @param verdict of all tables: the worst one */
        record Json(String verdict, List<TableJson> tables) {}

        @Override
        public Json json() {
            return new Json(
                    comparison.verdict().toString(),
                    comparison.tables().stream().map(TableJson::of).toList());
        }

        @Override
        public void print(PrintWriter out) {
            ComparedText.print(comparison.tables(), out);
            out.println(comparison.verdict());
        }

        @Override
        public List<Object> lines() {
            return ReportLines.of(comparison);
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
            description =
                    "Have rows that differ sent again; `repair` in the file is for the comparisons without --once.")
    private boolean repair;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Also write what is found to that file: a page that needs nothing else (.html), or lines of JSON"
                            + " (.jsonl). A file that is there is replaced only where it is such a report.")
    private @Nullable Path report;

    @Option(
            names = "--show-values",
            description = "Show both sides' values of columns that differ, on stdout and in the report. Without it the"
                    + " comparison keeps none, and the history never has them.")
    private boolean showValues;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Without --once: log JSON lines there instead of stderr.")
    private @Nullable Path logFile;

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            converter = HttpOption.Converter.class,
            description = "Without --once: " + HttpOption.DESCRIPTION)
    private @Nullable HttpOption http;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        for (String option : once
                ? List.of("--log-file", "--http")
                : List.of("--table", "--repair", "--timeout", "--report", "--show-values")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + (once ? " does not go with --once" : " goes with --once only"));
            }
        }
        return once
                ? super.call()
                : new WorkerProcess(
                                top(),
                                http,
                                pipeline -> List.of(new Reconcile(pipeline, new PipelineServers(pipeline))))
                        .run(logFile);
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<TableDefinition> tables = table == null ? pipeline.tables() : Pipelines.tables(pipeline, table);
        // now, not hours later
        ReportFile file = report == null ? null : ReportFile.at(report);
        Instant started = Instant.now();
        LiveCompare compare = new LiveCompare(
                pipeline,
                new PipelineServers(pipeline),
                pipeline.reconcile().repairing(repair),
                new ComparePace(terminal),
                terminal::say,
                showValues);
        RunNotes notes = new RunNotes(pipeline, terminal);
        List<TableReport> reports = new ArrayList<>();
        for (List<TableDefinition> together : compare.together(tables)) {
            notes.begin();
            List<TableReport> of = compare.compare(together);
            notes.end(of);
            reports.addAll(of);
        }
        Comparison comparison = new Comparison(pipeline.name(), started, Instant.now(), repair, showValues, reports);
        terminal.report(new Outcome(comparison));
        ExitCode code =
                switch (comparison.verdict()) {
                    case EQUAL -> ExitCode.OK;
                    case DIFFERENT -> ExitCode.DIFFERENCES;
                    case COULD_NOT_TELL -> ExitCode.GATE_NOT_MET;
                };
        return file == null || written(file, comparison, terminal) || code != ExitCode.OK
                ? code
                : ExitCode.GATE_NOT_MET;
    }

    /** What was found has been told by now: that a file of it is missing does not undo it. */
    private static boolean written(ReportFile file, Comparison comparison, Terminal terminal) {
        try {
            file.write(comparison);
            terminal.say("report: " + file);
            return true;
        } catch (IOException | ChangeoverException e) {
            terminal.say("no report was written to " + file + ": " + e.getMessage());
            return false;
        }
    }
}
