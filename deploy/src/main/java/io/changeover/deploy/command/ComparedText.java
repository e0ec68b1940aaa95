package io.changeover.deploy.command;

import io.changeover.deploy.output.TextTable;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
            table.samples().forEach(row -> {
                out.println(table.table() + ": " + row);
                row.values()
                        .forEach(values -> out.println("    " + values.column() + ": "
                                + (row.kind() == Kind.EXTRA ? "no row" : shown(values.old())) + " -> "
                                + (row.kind() == Kind.MISSING ? "no row" : shown(values.next()))));
            });
            table.remarks().forEach(remark -> out.println(table.table() + ": " + remark));
        }
    }

    /** A value takes no line but its own, and the terminal takes nothing of it for a command. */
    private static String shown(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        StringBuilder shown = new StringBuilder("'");
        value.codePoints().forEach(point -> {
            if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                shown.append(String.format("\\u%04x", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.append('\'').toString();
    }

    private static long count(TableReport table, Kind kind) {
        return table.different().getOrDefault(kind, 0L);
    }
}
