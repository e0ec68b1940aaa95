package io.changeover.reconcile.schedule;

import io.changeover.transport.definition.Recurrence;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When tables are compared again: by the start of their last run, whoever made it. So a restart neither forgets nor repeats.
 * Confined.
 */
final class Schedule {

    /** Tables that are compared together. */
    interface Turn {

        Collection<String> labels();

        /** The new table. */
        String target();

        /** How long nothing is to be tried; zero or less: try. */
        Duration pause();

        /** Whether it could not be compared the last time, and is to be tried before its time. */
        boolean isOpen();
    }

    /**
     * What comes next.
     *
     * @param early before its time, because it could not be compared
     */
    record Next<T>(T turn, Duration in, boolean early) {}

    private final Recurrence every;
    private @Nullable Instant began;

    Schedule(Recurrence every) {
        this.every = every;
    }

    /**
     * The one that has waited longest of those that are due; when none is, the one that will be first.
     *
     * @param turns one at least
     */
    <T extends Turn> Next<T> next(List<T> turns, RunHistory.Starts starts) {
        if (began == null) {
            began = starts.now();
        }
        Next<T> next = null;
        for (T turn : turns) {
            Duration regular = in(turn, starts);
            boolean open = turn.isOpen() || turn.labels().stream().anyMatch(starts.failed()::contains);
            boolean early = open && regular.compareTo(Duration.ZERO) > 0;
            Duration in = early ? Duration.ZERO : regular;
            // one that is told to pause is not due, however late it is
            Duration wait =
                    in.compareTo(turn.pause()) < 0 && turn.pause().compareTo(Duration.ZERO) > 0 ? turn.pause() : in;
            if (next == null || wait.compareTo(next.in()) < 0) {
                next = new Next<>(turn, wait, early);
            }
        }
        return Objects.requireNonNull(next, "no turns");
    }

    /** Negative: since when it is due. */
    private Duration in(Turn turn, RunHistory.Starts starts) {
        if (starts.cut().contains(turn.target())) {
            return Duration.ZERO;
        }
        Instant due = Instant.MAX;
        for (String label : turn.labels()) {
            Instant start = starts.of().get(label);
            // a start that is yet to come was told by another clock
            Instant of = start == null || start.isAfter(starts.now()) ? first() : every.after(start);
            due = of.isBefore(due) ? of : due;
        }
        return Duration.between(starts.now(), due);
    }

    /** At once, but where there are times for it: nobody wants the load at another one. */
    private Instant first() {
        return every instanceof Recurrence.Cron ? every.after(Objects.requireNonNull(began)) : Instant.EPOCH;
    }
}
