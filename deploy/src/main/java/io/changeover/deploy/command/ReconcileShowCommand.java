package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.output.TextTable;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.reconcile.schedule.RunHistory.Clean;
import io.changeover.transport.definition.TableDefinition;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Where the tables stand. */
@Command(
        name = "show",
        description =
                "Shows of each table when it was compared last, what came of it, and since when it is clean: found equal,"
                        + " with nothing that had to be mended.")
final class ReconcileShowCommand extends KeptRunsCommand {

    /**
     * Where a table stands.
     *
     * @param lastRun when its last comparison began; null: never compared, as is {@code verdict}
     * @param cleanSince when the first of the clean comparisons began; null: the last one was not clean
     * @param cleanRuns how many there were, one after the other
     */
    record Line(
            String table,
            @Nullable String lastRun,
            @Nullable String verdict,
            @Nullable String cleanSince,
            int cleanRuns) {}

    /** All tables that were asked for. */
    record Outcome(List<Line> tables) implements Report {

        @Override
        public void print(PrintWriter out) {
            TextTable lines = new TextTable("TABLE", "LAST RUN", "VERDICT", "CLEAN SINCE", "CLEAN RUNS");
            tables.forEach(line -> lines.line(
                    line.table(),
                    line.lastRun() == null ? "never" : line.lastRun(),
                    line.verdict() == null ? "-" : line.verdict(),
                    line.cleanSince() == null ? "-" : line.cleanSince(),
                    line.cleanRuns()));
            lines.print(out);
        }
    }

    @Override
    void tell(List<TableDefinition> tables, RunHistory history, Terminal terminal) throws SQLException {
        Map<String, KeptRun> last = history.last();
        Map<String, Clean> clean = history.clean();
        List<Line> lines = new ArrayList<>();
        for (TableDefinition table : tables) {
            KeptRun run = last.get(table.label());
            // one that was clean just before its last run is not
            Clean since = run != null && run.isClean() ? clean.get(table.label()) : null;
            lines.add(new Line(
                    table.label(),
                    run == null ? null : run.started().toString(),
                    run == null ? null : run.report().verdict().toString(),
                    since == null ? null : since.since().toString(),
                    since == null ? 0 : since.runs()));
        }
        terminal.report(new Outcome(lines));
    }
}
