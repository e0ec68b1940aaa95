package io.changeover.deploy.report;

import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.reconcile.table.ColumnValues;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A comparison as one page that needs nothing from elsewhere, runs nothing, and may be mailed. */
final class ReportPage {

    /** By which a page is known for one of ours. */
    static final String BEGIN = "<!DOCTYPE html><!-- changeover reconcile report -->";

    private static final String MASK = "&bull;&bull;&bull;";

    // whatever a key or a value holds: no script runs, and nothing is loaded
    private static final String HEAD = """

            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            :root { color-scheme: light dark; --ink: #1d2430; --soft: #5d6776; --line: #dfe3e8; --back: #f5f6f8; --card: #fff;
              --good: #1a7f45; --bad: #c02f2f; --open: #a06400; --code: #eef0f3 }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343b46; --back: #15181d;
              --card: #1d2128; --good: #4fc47f; --bad: #ff7b72; --open: #e0a63c; --code: #2a303a } }
            body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", sans-serif }
            main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px }
            h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 17px; margin: 0; overflow-wrap: anywhere }
            section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin-top: 20px;
              overflow-x: auto }
            .soft { color: var(--soft) }
            .verdict { display: inline-block; border-radius: 99px; padding: 1px 12px; font-weight: 600; font-size: 13px;
              border: 1.5px solid; white-space: nowrap }
            .equal { color: var(--good) } .different { color: var(--bad) } .open { color: var(--open) }
            header { display: flex; gap: 16px; align-items: baseline; flex-wrap: wrap }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 16px 0 0 }
            dt { color: var(--soft) } dd { margin: 0 }
            table { border-collapse: collapse; width: 100%; margin-top: 12px }
            th { text-align: left; font-weight: 600; font-size: 12px; color: var(--soft); text-transform: uppercase;
              letter-spacing: .03em }
            th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top }
            td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
            th { white-space: nowrap } td.name { overflow-wrap: anywhere } td.key, td.value { min-width: 150px; max-width: 340px }
              td.note { color: var(--soft); font-size: 13px; min-width: 220px }
            code { font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; background: var(--code); border-radius: 4px;
              padding: 1px 5px; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate }
            code i { color: var(--open); font-style: normal } .mask, .none { color: var(--soft) } .none { font-style: italic }
            .kind { font-weight: 600; font-size: 13px; white-space: nowrap } ul { margin: 12px 0 0; padding-left: 20px }
            li { overflow-wrap: anywhere } footer { margin-top: 24px; font-size: 13px }
            </style>
            """;

    private final Html page = new Html();
    private final Comparison comparison;

    private ReportPage(Comparison comparison) {
        this.comparison = comparison;
    }

    static String of(Comparison comparison) {
        ReportPage report = new ReportPage(comparison);
        report.write();
        return report.page.toString();
    }

    private void write() {
        page.raw(BEGIN).raw(HEAD);
        page.raw("<title>")
                .text("Comparison of " + comparison.pipeline() + ": " + comparison.verdict())
                .raw("</title>\n");
        page.raw("</head><body><main>\n");
        head();
        summary();
        comparison.tables().forEach(this::table);
        page.raw(
                "<footer class=\"soft\">Both sides were compared value by value while they were written to; what looked"
                        + " different was settled by position. Made by Changeover.</footer>\n</main></body></html>\n");
    }

    private void head() {
        page.raw("<header><h1>").text("Comparison of " + comparison.pipeline()).raw("</h1>");
        verdict(comparison.verdict());
        page.raw("</header>\n<dl>");
        fact("From", comparison.started().truncatedTo(ChronoUnit.SECONDS).toString());
        fact(
                "To",
                comparison.ended().truncatedTo(ChronoUnit.SECONDS) + ", "
                        + seconds(Duration.between(comparison.started(), comparison.ended())
                                        .toMillis()
                                / 1000.0));
        fact("Tables", Integer.toString(comparison.tables().size()));
        fact("Rows that differ", comparison.repair() ? "were sent again, where that may help" : "were not sent again");
        fact(
                "Values",
                comparison.values()
                        ? "shown, as both sides had them when the difference was proven: treat this page like the data"
                        : "masked: this comparison kept none of them (with --show-values it does)");
        page.raw("</dl>\n");
    }

    private void fact(String name, String text) {
        page.raw("<dt>").text(name).raw("</dt><dd>").text(text).raw("</dd>");
    }

    private void summary() {
        page.raw("<section><h2>Tables</h2><table><thead><tr><th>Old table</th><th>New table</th><th>Verdict</th>");
        List.of("Old rows", "New rows", "Missing", "Extra", "Stale", "Altered", "Mended", "Undecided")
                .forEach(name -> page.raw("<th class=\"n\">").text(name).raw("</th>"));
        page.raw("</tr></thead><tbody>\n");
        for (TableReport table : comparison.tables()) {
            page.raw("<tr><td class=\"name\">").text(table.table());
            page.raw("</td><td class=\"name\">").text(table.target()).raw("</td><td>");
            verdict(table.verdict());
            page.raw("</td>");
            number(table.sourceRows());
            number(table.targetRows());
            number(count(table, Kind.MISSING));
            number(count(table, Kind.EXTRA));
            number(count(table, Kind.STALE));
            number(count(table, Kind.ALTERED) + count(table, Kind.DIFFERENT));
            number(table.mended());
            number(table.undecided());
            page.raw("</tr>\n");
        }
        page.raw("</tbody></table></section>\n");
    }

    private void table(TableReport table) {
        if (table.samples().isEmpty() && table.remarks().isEmpty() && table.complete()) {
            return;
        }
        page.raw("<section><header><h2>")
                .text(table.table() + " \u2192 " + table.target())
                .raw("</h2>");
        verdict(table.verdict());
        page.raw("</header>\n<div class=\"soft\">");
        page.text(
                table.complete()
                        ? "All rows of both sides were read, in " + seconds(table.seconds()) + "."
                        : "The tables were not read to their ends.");
        page.raw("</div>\n");
        if (!table.remarks().isEmpty()) {
            page.raw("<ul>");
            table.remarks().forEach(remark -> page.raw("<li>").text(remark).raw("</li>"));
            page.raw("</ul>\n");
        }
        if (!table.samples().isEmpty()) {
            differences(table);
        }
        page.raw("</section>\n");
    }

    private void differences(TableReport table) {
        page.raw("<table><thead><tr><th>Kind</th><th>Key</th><th>Column</th><th>Old side</th><th>New side</th>"
                + "<th>What is known of it</th></tr></thead><tbody>\n");
        table.samples().forEach(this::difference);
        page.raw("</tbody></table>\n");
        long others = table.left() - table.samples().size();
        if (others > 0) {
            page.raw("<p class=\"soft\">")
                    .text(String.format(Locale.ROOT, "%,d rows more differ, which are not shown.", others))
                    .raw("</p>\n");
        }
    }

    private void difference(Mismatch row) {
        boolean isOneSided = row.kind() == Kind.MISSING || row.kind() == Kind.EXTRA;
        int lines = Math.max(
                1, comparison.values() ? row.values().size() : row.columns().size());
        for (int i = 0; i < lines; i++) {
            page.raw("<tr>");
            if (i == 0) {
                String span = lines == 1 ? "" : " rowspan=\"" + lines + "\"";
                page.raw("<td class=\"kind\"" + span + ">")
                        .text(row.kind().name().toLowerCase(Locale.ROOT));
                page.raw("</td><td class=\"key\"" + span + "><code>")
                        .text(row.key())
                        .raw("</code></td>");
            }
            if (comparison.values() && !row.values().isEmpty()) {
                ColumnValues values = row.values().get(i);
                page.raw("<td class=\"name\">").text(values.column()).raw("</td><td class=\"value\">");
                value(values.old(), row.kind() == Kind.EXTRA);
                page.raw("</td><td class=\"value\">");
                value(values.next(), row.kind() == Kind.MISSING);
                page.raw("</td>");
            } else {
                masked(
                        row,
                        isOneSided || row.columns().isEmpty()
                                ? ""
                                : row.columns().get(i));
            }
            if (i == 0) {
                page.raw("<td class=\"note\"" + (lines == 1 ? "" : " rowspan=\"" + lines + "\"") + ">");
                page.text(row.note() == null ? "" : row.note()).raw("</td>");
            }
            page.raw("</tr>\n");
        }
    }

    private void masked(Mismatch row, String column) {
        page.raw("<td class=\"name\">").text(column).raw("</td><td>");
        mask(row.kind() == Kind.EXTRA);
        page.raw("</td><td>");
        mask(row.kind() == Kind.MISSING);
        page.raw("</td>");
    }

    private void mask(boolean isAbsent) {
        page.raw(isAbsent ? "<span class=\"none\">no row</span>" : "<span class=\"mask\">" + MASK + "</span>");
    }

    private void value(@Nullable String value, boolean isAbsent) {
        if (isAbsent) {
            mask(true);
        } else if (value == null) {
            page.raw("<span class=\"none\">NULL</span>");
        } else {
            page.raw("<code>").text(value).raw("</code>");
        }
    }

    private void verdict(Verdict verdict) {
        String look =
                switch (verdict) {
                    case EQUAL -> "equal";
                    case DIFFERENT -> "different";
                    case COULD_NOT_TELL -> "open";
                };
        page.raw("<span class=\"verdict " + look + "\">").text(verdict).raw("</span>");
    }

    private void number(long number) {
        page.raw("<td class=\"n\">")
                .text(String.format(Locale.ROOT, "%,d", number))
                .raw("</td>");
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%,.1f s", seconds);
    }

    private static long count(TableReport table, Kind kind) {
        return table.different().getOrDefault(kind, 0L);
    }
}
