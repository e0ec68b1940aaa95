package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.TableDefinition;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The rows that differed. */
@Command(
        name = "diff",
        description =
                "Shows rows that differed in the last comparison of each table, one a line (with `-o json` one object"
                        + " a line): the first ones, keys and columns, never their values.")
final class ReconcileDiffCommand extends KeptRunsCommand {

    /** @param note who wrote the row last, and what else is known; null: nothing */
    record Line(
            String table,
            long run,
            String kind,
            String key,
            List<String> columns,
            @Nullable String note) implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(table + ": " + kind + " " + key + (columns.isEmpty() ? "" : " " + columns)
                    + (note == null ? "" : ": " + note));
        }
    }

    @Override
    void tell(List<TableDefinition> tables, RunHistory history, Terminal terminal) throws SQLException {
        Map<String, KeptRun> last = history.lastWithDifferences();
        List<Line> lines = new ArrayList<>();
        for (TableDefinition table : tables) {
            KeptRun run = last.get(table.label());
            if (run == null) {
                terminal.say(table.label() + ": never compared");
                continue;
            }
            for (Mismatch row : run.report().samples()) {
                lines.add(new Line(table.label(), run.id(), row.kind().name(), row.key(), row.columns(), row.note()));
            }
            long others = run.report().left() - run.report().samples().size();
            if (others > 0) {
                terminal.say(table.label() + ": " + others + " rows more differed, which are not kept");
            }
        }
        terminal.lines(lines);
    }
}
