package io.changeover.deploy.quickstart;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.status.PipelineStatus;
import io.changeover.deploy.status.TableStatus;
import java.util.List;
import java.util.Locale;

/** Where the migration is, once a second: one line that is drawn over on a terminal, a line each elsewhere. Confined. */
final class ProgressLine {

    private static final int BAR = 24;

    private final Terminal terminal;
    private final boolean redraw;
    private boolean open;

    ProgressLine(Terminal terminal, boolean redraw) {
        this.terminal = terminal;
        this.redraw = redraw;
    }

    /** A step that begins. */
    void step(String what) {
        finish();
        terminal.say(what);
    }

    /** @param liveChanges rows that the application has changed meanwhile */
    void show(long seconds, PipelineStatus status, long liveChanges) {
        List<TableStatus> tables = status.tables();
        long done = tables.stream().mapToLong(TableStatus::backfilled).sum();
        long estimate = tables.stream()
                .mapToLong(table -> Math.max(0, table.estimate()))
                .sum();
        double pace = tables.stream()
                .mapToDouble(table -> table.perSecond() == null ? 0 : table.perSecond())
                .sum();
        double lag = tables.stream()
                .mapToDouble(table -> table.lagSeconds() == null ? 0 : table.lagSeconds())
                .max()
                .orElse(0);
        String phase =
                !status.backfilled() ? bar(done, estimate) : status.lagRecords() > 1000 ? "catching up" : "following";
        draw(String.format(
                Locale.ROOT,
                "%4d s  %s  applied %,d (%,.0f/s)  lag %,d records, %.1f s  live changes %,d",
                seconds,
                phase,
                tables.stream().mapToLong(TableStatus::applied).sum(),
                pace,
                status.lagRecords(),
                lag,
                liveChanges));
    }

    /** Progress of anything that is counted. */
    void show(String what, long done, long of) {
        draw(what + "  " + bar(done, of));
    }

    private String bar(long done, long of) {
        double part = of <= 0 ? 0 : Math.min(1, (double) done / of);
        if (!redraw) {
            return String.format(Locale.ROOT, "backfill %.0f %%", part * 100);
        }
        int filled = (int) (part * BAR);
        return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] "
                + String.format(Locale.ROOT, "%3.0f %%", part * 100);
    }

    private void draw(String line) {
        if (!redraw) {
            terminal.say(line);
            return;
        }
        terminal.err().print("\r\033[2K" + line);
        terminal.err().flush();
        open = true;
    }

    /** Leaves the line that is drawn over as it is. */
    void finish() {
        if (open) {
            terminal.err().println();
            terminal.err().flush();
            open = false;
        }
    }
}
