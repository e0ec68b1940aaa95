package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.output.TextTable;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.LiveCompare;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ReconcileSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares the new tables with the mapped old ones, while both are written to. */
@Command(
        name = "reconcile",
        description = "Compares both sides while they are written to: 0 equal, 22 different, 21 could not tell."
                + " Nothing is sent again without --repair.")
final class ReconcileCommand extends PipelineCommand {

    /** @param verdict of all tables: the worst one */
    record Outcome(String verdict, List<TableReport> tables) implements Report {

        @Override
        public void print(PrintWriter out) {
            TextTable lines = new TextTable(
                    "TABLE",
                    "TARGET",
                    "OLD ROWS",
                    "NEW ROWS",
                    "MISSING",
                    "EXTRA",
                    "STALE",
                    "ALTERED",
                    "MENDED",
                    "UNDECIDED",
                    "VERDICT");
            tables.forEach(table -> lines.line(
                    table.table(),
                    table.target(),
                    table.sourceRows(),
                    table.targetRows(),
                    count(table, Kind.MISSING),
                    count(table, Kind.EXTRA),
                    count(table, Kind.STALE),
                    count(table, Kind.ALTERED),
                    table.mended(),
                    table.undecided(),
                    text(table.verdict())));
            lines.print(out);
            for (TableReport table : tables) {
                table.samples().forEach(row -> out.println(table.table() + ": " + row));
                table.remarks().forEach(remark -> out.println(table.table() + ": " + remark));
            }
            out.println(verdict);
        }

        private static long count(TableReport table, Kind kind) {
            return table.different().getOrDefault(kind, 0L);
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            description =
                    "Only that old table, source.schema.table, or one of its parts, source.schema.table/part. Without it: all"
                            + " tables.")
    private @Nullable String table;

    @SuppressWarnings("UnusedVariable") // there is no other yet
    @Option(names = "--once", required = true, description = "One comparison, now.")
    private boolean once;

    @Option(
            names = "--repair",
            description = "Have rows that differ sent again, also where the file does not say `repair: true`.")
    private boolean repair;

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
        terminal.report(new Outcome(text(worst), reports));
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

    private static String text(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
