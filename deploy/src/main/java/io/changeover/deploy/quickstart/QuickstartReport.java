package io.changeover.deploy.quickstart;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.TextTable;
import io.changeover.reconcile.TableComparison;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What the quickstart saw.
 *
 * @param liveTransactions of the application, while its tables moved
 * @param records in the row topics at the end
 * @param recordsPerSecond applied, on average from the start of the workers to the last row
 * @param worstLagSeconds of any table once the backfill was done
 * @param drainSeconds from the application's last commit until everything was applied
 */
record QuickstartReport(
        long rowsBefore,
        long liveTransactions,
        long liveChanges,
        long records,
        double recordsPerSecond,
        double worstLagSeconds,
        double drainSeconds,
        double compareSeconds,
        double totalSeconds,
        long differences,
        List<Compared> tables)
        implements Report {

    /** @param sourceRows old rows that the mapping lets through */
    record Compared(
            String table, String target, long sourceRows, long targetRows, long differences, List<String> samples) {

        static Compared of(TableComparison result) {
            return new Compared(
                    result.table(),
                    result.target(),
                    result.sourceRows(),
                    result.targetRows(),
                    result.differences(),
                    result.samples().stream().map(Object::toString).toList());
        }
    }

    @Override
    public void print(PrintWriter out) {
        out.println();
        TextTable compared = new TextTable("OLD TABLE", "NEW TABLE", "OLD ROWS (mapped)", "NEW ROWS", "DIFFERENCES");
        tables.forEach(table -> compared.line(
                table.table(),
                table.target(),
                grouped(table.sourceRows()),
                grouped(table.targetRows()),
                table.differences()));
        compared.print(out);
        tables.forEach(table -> table.samples().forEach(sample -> out.println("  " + table.table() + ": " + sample)));
        out.println();
        line(out, "rows at the start", grouped(rowsBefore));
        line(
                out,
                "changed meanwhile",
                grouped(liveChanges) + " rows in " + grouped(liveTransactions) + " transactions");
        line(out, "events applied", grouped(records) + String.format(Locale.ROOT, " (%,.0f/s)", recordsPerSecond));
        line(out, "lag while following", seconds(worstLagSeconds) + " at worst");
        line(out, "drained after", seconds(drainSeconds));
        line(out, "compared in", seconds(compareSeconds));
        line(out, "differences", grouped(differences));
        line(out, "time", seconds(totalSeconds));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-20s %s%n", name, value);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
