package io.changeover.deploy.trial;

import io.changeover.deploy.output.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the rows of the old tables would meet. */
public record TrialReport(List<TableTrial> tables) implements Report {

    /**
     * One old table.
     *
     * @param outside rows for which {@code where} does not hold: absent from the new table, as asked
     * @param perShard rows by the number of the shard; empty where there are none
     */
    public record TableTrial(
            String source, String target, long rows, long outside, Map<Integer, Long> perShard, List<Hazard> hazards) {}

    public boolean hasHazards() {
        return tables.stream().anyMatch(table -> !table.hazards().isEmpty());
    }

    @Override
    public void print(PrintWriter out) {
        for (TableTrial table : tables) {
            out.println(table.source() + " -> " + table.target());
            out.println("  " + rows(table.rows())
                    + (table.outside() == 0 ? "" : ", " + rows(table.outside()) + " outside where"));
            if (!table.perShard().isEmpty()) {
                out.println("  rows per shard: " + table.perShard());
            }
            for (Hazard hazard : table.hazards()) {
                out.println("  " + hazard.kind() + ": " + rows(hazard.rows()) + ": " + hazard.what());
                out.println("    such as " + String.join("; ", hazard.samples()));
            }
        }
        out.println();
        out.println(hasHazards() ? "hazards were found" : "every row fits");
    }

    private static String rows(long rows) {
        return String.format(Locale.ROOT, "%,d %s", rows, rows == 1 ? "row" : "rows");
    }
}
