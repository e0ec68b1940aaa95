package io.changeover.deploy.command;

import io.changeover.deploy.output.TextTable;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import java.io.PrintWriter;
import java.util.List;

/** What comparisons found, for people. */
final class ComparedText {

    private ComparedText() {}

    static void print(List<TableReport> tables, PrintWriter out) {
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
                table.verdict()));
        lines.print(out);
        for (TableReport table : tables) {
            table.samples().forEach(row -> out.println(table.table() + ": " + row));
            table.remarks().forEach(remark -> out.println(table.table() + ": " + remark));
        }
    }

    private static long count(TableReport table, Kind kind) {
        return table.different().getOrDefault(kind, 0L);
    }
}
