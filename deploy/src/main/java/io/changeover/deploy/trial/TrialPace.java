package io.changeover.deploy.trial;

import io.changeover.deploy.output.Terminal;
import java.util.Locale;

/** Says every few seconds how far a trial is. Confined to one thread. */
final class TrialPace {

    private static final long EVERY_NANOS = 5_000_000_000L;

    private final Terminal terminal;
    private final String table;
    private final long estimate;
    private final long begin = System.nanoTime();
    private long said = begin;

    /** @param estimate the server's guess of the table's rows */
    TrialPace(Terminal terminal, String table, long estimate) {
        this.terminal = terminal;
        this.table = table;
        this.estimate = estimate;
    }

    void at(long rows, long hazards) {
        long now = System.nanoTime();
        if (now - said < EVERY_NANOS) {
            return;
        }
        said = now;
        double perSecond = rows * 1e9 / (now - begin);
        long left = Math.max(0, estimate - rows);
        terminal.say(String.format(
                Locale.ROOT,
                "%s: %,d of about %,d rows, %,.0f rows/s, about %,.0f s left, %,d hazards",
                table,
                rows,
                Math.max(rows, estimate),
                perSecond,
                left / Math.max(1, perSecond),
                hazards));
    }
}
