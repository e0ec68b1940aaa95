package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
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
    record Run(long run, String started, String ended, String verdict, TableReport report) {}

    /** Of all tables that were ever compared. */
    record Outcome(List<Run> runs) implements Report {

        @Override
        public void print(PrintWriter out) {
            ComparedText.print(runs.stream().map(Run::report).toList(), out);
            runs.forEach(run -> out.println(run.report().table() + ": run " + run.run() + ", from " + run.started()
                    + " to " + run.ended() + (run.report().complete() ? "" : ", not to its end")));
        }
    }

    @Override
    void tell(List<TableDefinition> tables, RunHistory history, Terminal terminal) throws SQLException {
        Map<String, KeptRun> last = history.last();
        List<Run> runs = new ArrayList<>();
        for (TableDefinition table : tables) {
            KeptRun run = last.get(table.label());
            if (run == null) {
                terminal.say(table.label() + ": never compared");
            } else {
                runs.add(new Run(
                        run.id(),
                        run.started().toString(),
                        run.ended().toString(),
                        run.report().verdict().toString(),
                        run.report()));
            }
        }
        terminal.report(new Outcome(runs));
    }
}
