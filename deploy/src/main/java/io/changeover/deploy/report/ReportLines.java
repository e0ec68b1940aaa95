package io.changeover.deploy.report;

import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.table.ColumnValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A comparison as one JSON object a line: the comparison itself, then each table, followed by its differences. */
public final class ReportLines {

    /** The first line. */
    public record Head(
            String type, String by, String pipeline, String started, String ended, boolean repair, String verdict) {}

    /**
     * One table.
     *
     * @param differences rows that differ still; the lines after it are the first of them
     * @param complete whether both tables were read to their ends
     */
    public record Table(
            String type,
            String table,
            String target,
            String verdict,
            long sourceRows,
            long targetRows,
            long missing,
            long extra,
            long stale,
            long altered,
            long mended,
            long undecided,
            long differences,
            boolean complete,
            double seconds,
            List<String> remarks) {}

    /**
     * One row that differs.
     *
     * @param note who wrote the row last, and what else is known; null: nothing
     * @param values of both sides; null: nobody asked for them
     */
    public record Difference(
            String type,
            String table,
            String kind,
            String key,
            List<String> columns,
            @Nullable String note,
            @Nullable List<ColumnValues> values) {}

    private ReportLines() {}

    public static List<Object> of(Comparison comparison) {
        List<Object> lines = new ArrayList<>();
        lines.add(new Head(
                "comparison",
                "changeover",
                comparison.pipeline(),
                comparison.started().toString(),
                comparison.ended().toString(),
                comparison.repair(),
                comparison.verdict().toString()));
        comparison.tables().forEach(table -> lines.addAll(of(table, comparison.values())));
        return lines;
    }

    /** The lines of one table. */
    public static List<Object> of(TableReport table, boolean values) {
        List<Object> lines = new ArrayList<>();
        lines.add(new Table(
                "table",
                table.table(),
                table.target(),
                table.verdict().toString(),
                table.sourceRows(),
                table.targetRows(),
                count(table, Kind.MISSING),
                count(table, Kind.EXTRA),
                count(table, Kind.STALE),
                count(table, Kind.ALTERED),
                table.mended(),
                table.undecided(),
                table.left(),
                table.complete(),
                table.seconds(),
                table.remarks()));
        for (Mismatch row : table.samples()) {
            lines.add(new Difference(
                    "difference",
                    table.table(),
                    row.kind().name(),
                    row.key(),
                    row.columns(),
                    row.note(),
                    values ? row.values() : null));
        }
        return lines;
    }

    private static long count(TableReport table, Kind kind) {
        return table.different().getOrDefault(kind, 0L);
    }
}
