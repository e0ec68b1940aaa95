package io.changeover.deploy.plan;

import io.changeover.deploy.output.TextTable;
import java.io.PrintWriter;
import java.util.List;

/** The plan of one table for people, in at most 120 columns; {@code -o json} has every text in full. */
final class TablePlanText {

    private static final int NAME = 28;
    private static final int TYPE = 24;
    private static final int FROM = 36;

    private TablePlanText() {}

    static void print(TablePlan table, PrintWriter out) {
        out.println();
        out.println(table.source() + " -> " + table.target());
        if (table.where() != null) {
            out.println("  where " + table.where());
        }
        ShardPlan shards = table.shards();
        if (shards != null) {
            shards(shards, out);
        }
        columns(table.columns(), out);
        line(out, "  left behind: ", table.leftBehind());
        line(out, "  not written: ", table.untouched());
        List<WayBack> ways = table.wayBack().stream()
                .filter(way -> way.state() != WayBack.State.yes)
                .toList();
        if (ways.isEmpty()) {
            out.println("  way back: every old column can be given back");
            return;
        }
        out.println("  way back, where an old column cannot be given back as it was:");
        for (WayBack way : ways) {
            out.println(
                    "    " + way.column() + ": " + way.state() + (way.from().isEmpty() ? "" : ", from " + way.from()));
            way.losses().forEach(loss -> out.println("      - " + loss));
        }
    }

    private static void shards(ShardPlan shards, PrintWriter out) {
        out.println("  shard " + shards.by() + ", of " + shards.count() + ": "
                + (shards.fromKey()
                        ? "follows from the key, so no row ever moves"
                        : "does not follow from the key, so rows may move and leave tombstones behind"));
        for (ShardPlan.Place place : shards.places()) {
            out.println("    " + place.target() + ": " + place.firstTable()
                    + (place.tables() > 1 ? " .. " + place.lastTable() : ""));
        }
    }

    private static void columns(List<TablePlan.ColumnPlan> columns, PrintWriter out) {
        TextTable lines = new TextTable("  NEW COLUMN", "TYPE", "FROM", "OLD TYPE");
        for (TablePlan.ColumnPlan column : columns) {
            lines.line(
                    "  " + cut(column.column() + (column.key() ? " (key)" : ""), NAME),
                    cut(column.type(), TYPE),
                    cut(column.from(), FROM),
                    column.oldType() == null ? "" : cut((column.plain() ? "" : "= ") + column.oldType(), TYPE));
            column.problems().forEach(problem -> lines.below("    ! " + problem));
            for (Loss loss : column.losses()) {
                lines.below("    - " + (loss.kind() == Loss.Kind.mind ? "mind: " : "") + loss.what());
            }
        }
        lines.print(out);
    }

    private static String cut(String text, int most) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= most ? line : line.substring(0, most - 2) + "..";
    }

    private static void line(PrintWriter out, String title, List<String> names) {
        if (!names.isEmpty()) {
            out.println(title + String.join(", ", names));
        }
    }
}
