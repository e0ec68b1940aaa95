package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.reconcile.CompareProgress;
import java.util.Locale;

/** Says every few seconds how far a comparison is. Confined to one thread. */
final class ComparePace implements CompareProgress {

    private static final long EVERY_NANOS = 5_000_000_000L;

    private final Terminal terminal;
    private String table = "";
    private long begin = System.nanoTime();
    private long said = begin;

    ComparePace(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void advanced(String of, long rows, long estimate) {
        long now = System.nanoTime();
        if (!of.equals(table)) {
            table = of;
            begin = now;
            said = now; // what came before the first call would count as read in no time
        }
        if (now - said < EVERY_NANOS) {
            return;
        }
        said = now;
        double perSecond = rows * 1e9 / (now - begin);
        terminal.say(String.format(
                Locale.ROOT,
                "%s: %,d of about %,d rows of both sides, %,.0f rows/s, about %,.0f s left",
                table,
                rows,
                estimate,
                perSecond,
                (estimate - rows) / Math.max(1, perSecond)));
    }
}
