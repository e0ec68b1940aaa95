package io.changeover.deploy.status;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.TextTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a pipeline is.
 *
 * @param next what to do next
 * @param problems what kept us from seeing, or what stands in the way
 */
public record PipelineStatus(
        String pipeline, List<SourceStatus> sources, List<TableStatus> tables, String next, List<String> problems)
        implements Report {

    /** The same with the pace since an earlier look. */
    public PipelineStatus since(PipelineStatus before, double seconds) {
        Map<String, TableStatus> earlier = before.tables().stream()
                .collect(Collectors.toMap(TableStatus::table, Function.identity(), (one, other) -> one));
        List<TableStatus> paced = tables.stream()
                .map(table -> {
                    TableStatus old = earlier.get(table.table());
                    return old == null ? table : table.since(old, seconds);
                })
                .toList();
        return new PipelineStatus(pipeline, sources, paced, next, problems);
    }

    public boolean backfilled() {
        return tables.stream()
                .noneMatch(table -> table.phase().equals(TableStatus.BACKFILL)
                        || table.phase().equals(TableStatus.WAITING));
    }

    public long lagRecords() {
        return tables.stream().mapToLong(TableStatus::lagRecords).sum();
    }

    @Override
    public void print(PrintWriter out) {
        TextTable sourceLines = new TextTable("SOURCE", "PHASE", "BEHIND (TRANSACTIONS)", "BEHIND (s)", "CAPTURE");
        sources.forEach(source -> sourceLines.line(
                source.source(),
                source.phase(),
                source.missing() < 0 ? "?" : source.missing(),
                seconds(source.lagSeconds()),
                source.captures() == null ? "?" : source.captures()));
        sourceLines.print(out);
        sources.stream()
                .filter(source -> source.stop() != null)
                .forEach(source -> out.println("! " + source.source() + " has stopped: " + source.stop()));
        out.println();
        TextTable tableLines = new TextTable(
                "TABLE",
                "PHASE",
                "BACKFILL",
                "APPLIED",
                "LAG",
                "LAG (s)",
                "PER s",
                "HELD",
                "PARKED",
                "COMPARED",
                "WAITS FOR");
        for (TableStatus table : tables) {
            tableLines.line(
                    table.table(),
                    table.phase(),
                    backfill(table),
                    table.applied(),
                    table.lagRecords(),
                    seconds(table.lagSeconds()),
                    table.perSecond() == null ? "" : Math.round(table.perSecond()),
                    table.held() + table.collisions(),
                    table.parked(),
                    compared(table.compared()),
                    table.applies().paused() || table.applies().text().isEmpty()
                            ? table.waitsFor()
                            : (table.waitsFor() + ", apply " + table.applies().text()).replaceFirst("^, ", ""));
        }
        tableLines.print(out);
        tables.stream()
                .filter(table -> table.stop() != null)
                .map(table -> "! " + table.stopped() + " has stopped: " + table.stop())
                .distinct() // capture stops for all parts of a table at once
                .forEach(out::println);
        problems.forEach(problem -> out.println("! " + problem));
        out.println();
        out.println("Next: " + next);
    }

    private static String backfill(TableStatus table) {
        String of = table.estimate() < 0 ? "" : " of about " + table.estimate();
        Double perSecond = table.backfilledPerSecond();
        String pace = perSecond == null ? "" : ", " + Math.round(perSecond) + "/s";
        String eta = table.etaSeconds() == null ? "" : ", " + duration(table.etaSeconds()) + " to go";
        String limit =
                table.reads().text().isEmpty() ? "" : ", " + table.reads().text();
        return table.phase().equals(TableStatus.BACKFILL)
                ? table.backfilled() + of + pace + eta + limit
                : table.backfilled() + " rows" + limit;
    }

    private static String compared(TableStatus.@Nullable Compared last) {
        return last == null ? "" : last.verdict() + ", " + duration(last.ageSeconds()) + " ago";
    }

    /** {@code 95 s}, {@code 40 min}, {@code 3.5 h}. */
    private static String duration(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "?" : String.format(Locale.ROOT, "%.1f", seconds);
    }
}
