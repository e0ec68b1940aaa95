package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.report.ReportLines;
import io.changeover.deploy.report.TableJson;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.TableDefinition;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** All that is known of the last comparison. */
@Command(name = "last", description = "Shows the last comparison of each table in full.")
final class ReconcileLastCommand extends KeptRunsCommand {

    /** The last comparison of a table. */
    record Run(long run, String started, String ended, String verdict, TableJson report) {}

    /** The run that the lines after it are of. */
    record RunLine(String type, long run, String table, String started, String ended) {}

    /** All runs, as JSON. */
    record Runs(List<Run> runs) {}

    /** Of all tables that were ever compared. */
    private record Outcome(List<KeptRun> kept) implements Report {

        @Override
        public Runs json() {
            return new Runs(kept.stream()
                    .map(run -> new Run(
                            run.id(),
                            run.started().toString(),
                            run.ended().toString(),
                            run.report().verdict().toString(),
                            TableJson.of(run.report())))
                    .toList());
        }

        @Override
        public void print(PrintWriter out) {
            ComparedText.print(kept.stream().map(KeptRun::report).toList(), out);
            kept.forEach(run -> out.println(run.report().table() + ": run " + run.id() + ", from " + run.started()
                    + " to " + run.ended() + (run.report().complete() ? "" : ", not to its end")));
        }

        @Override
        public List<Object> lines() {
            List<Object> lines = new ArrayList<>();
            for (KeptRun run : kept) {
                TableReport report = run.report();
                lines.add(new RunLine(
                        "run",
                        run.id(),
                        report.table(),
                        run.started().toString(),
                        run.ended().toString()));
                lines.addAll(ReportLines.of(report, false));
            }
            return lines;
        }
    }

    @Override
    void tell(List<TableDefinition> tables, RunHistory history, Terminal terminal) throws SQLException {
        Map<String, KeptRun> last = history.lastWithDifferences();
        List<KeptRun> runs = new ArrayList<>();
        for (TableDefinition table : tables) {
            KeptRun run = last.get(table.label());
            if (run == null) {
                terminal.say(table.label() + ": never compared");
            } else {
                runs.add(run);
            }
        }
        terminal.report(new Outcome(runs));
    }
}
