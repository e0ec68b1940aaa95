package io.changeover.reconcile.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * When tables are compared again: so long after the start of their last run, whoever made it. So a restart neither forgets
 * nor repeats.
 */
record Schedule(Duration every) {

    /** Tables that are compared together. */
    interface Turn {

        Collection<String> labels();

        /** How long nothing is to be tried; zero or less: try. */
        Duration pause();
    }

    /** What comes next. */
    record Next<T>(T turn, Duration in) {}

    /**
     * The one that has waited longest of those that are due; when none is, the one that will be first.
     *
     * @param turns one at least
     */
    <T extends Turn> Next<T> next(List<T> turns, RunHistory.Starts starts) {
        Next<T> next = null;
        for (T turn : turns) {
            Duration in = in(turn, starts);
            // one that is told to pause is not due, however late it is
            Duration wait =
                    in.compareTo(turn.pause()) < 0 && turn.pause().compareTo(Duration.ZERO) > 0 ? turn.pause() : in;
            if (next == null || wait.compareTo(next.in()) < 0) {
                next = new Next<>(turn, wait);
            }
        }
        return Objects.requireNonNull(next, "no turns");
    }

    /** Negative: since when it is due. */
    private Duration in(Turn turn, RunHistory.Starts starts) {
        Duration in = every;
        for (String label : turn.labels()) {
            Instant start = starts.of().get(label);
            // a start that is yet to come was told by another clock
            Instant known = start == null || start.isAfter(starts.now()) ? Instant.EPOCH : start;
            Duration of = Duration.between(starts.now(), known.plus(every));
            in = of.compareTo(in) < 0 ? of : in;
        }
        return in;
    }
}
