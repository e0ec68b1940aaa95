package io.changeover.deploy.status;

import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.ReadLimit;
import org.jspecify.annotations.Nullable;

/**
 * How far one table is.
 *
 * @param table with the part, where the old table is split
 * @param source the old table, of all its parts the same
 * @param phase one of the constants below
 * @param backfilled rows that the backfill has published
 * @param estimate rows that the old table had when the backfill began, as its server guessed; -1 unknown
 * @param backfilledPerSecond rows that the backfill publishes each second of late; null unknown, or it does not run
 * @param etaSeconds until the backfill ends at that pace; null unknown
 * @param reads what holds backfill and refresh of the table up: its own limit and its source's
 * @param applies what operators wish of its apply
 * @param published records in the topic so far, in all partitions
 * @param applied how many of them the new table has taken in
 * @param lagRecords the difference
 * @param lagSeconds how old the newest applied change is while there is a difference; null unknown
 * @param held rows that wait for a unique value of another row
 * @param collisions rows that belong to another source
 * @param parked rows that the new database refuses
 * @param perSecond records applied each second since the last look; null at the first look
 * @param compared what its last comparison found; null: never compared, or not known
 * @param stop why it has stopped; null while it has not
 * @param waitsFor what has to happen next, and who does it
 */
public record TableStatus(
        String table,
        String source,
        String target,
        String phase,
        long backfilled,
        long estimate,
        @Nullable Double backfilledPerSecond,
        @Nullable Long etaSeconds,
        ReadLimit reads,
        ReadLimit applies,
        long published,
        long applied,
        long lagRecords,
        @Nullable Double lagSeconds,
        long held,
        long collisions,
        long parked,
        @Nullable Double perSecond,
        @Nullable Compared compared,
        @Nullable Stop stop,
        String waitsFor) {

    /**
     * The last comparison.
     *
     * @param verdict {@code equal}, {@code different}, {@code could not tell}
     * @param ageSeconds since it began
     */
    public record Compared(String verdict, long ageSeconds) {}

    /**
     * Why the table stopped; the others go on.
     *
     * @param by {@code capture} or {@code apply}
     */
    public record Stop(String by, int code, String place, String cause, String remedy) {

        public static final String CAPTURE = "capture";
        public static final String APPLY = "apply";

        static Stop byCapture(Problem problem) {
            return new Stop(CAPTURE, problem.code().number(), problem.place(), problem.cause(), problem.remedy());
        }

        /** As problems are printed. */
        @Override
        public String toString() {
            return "[" + code + "] " + place + ": " + cause + "\n     -> " + remedy;
        }
    }

    public static final String BACKFILL = "backfill";
    public static final String CATCHING_UP = "catching up";
    public static final String IN_STEP = "in step";
    public static final String WAITING = "waiting";
    public static final String CLOSED = "closed";
    public static final String STOPPED = "stopped";
    public static final String PAUSED = "paused";

    /** What stopped: by capture the old table with all its parts. */
    String stopped() {
        return stop != null && stop.by().equals(Stop.CAPTURE) ? source : table;
    }

    /** With the pace since an earlier look at the same table. */
    TableStatus since(TableStatus before, double seconds) {
        if (seconds <= 0) {
            return this;
        }
        double pace = Math.max(0, (applied - before.applied) / seconds);
        return new TableStatus(
                table,
                source,
                target,
                phase,
                backfilled,
                estimate,
                backfilledPerSecond,
                etaSeconds,
                reads,
                applies,
                published,
                applied,
                lagRecords,
                lagSeconds,
                held,
                collisions,
                parked,
                Math.round(pace * 10) / 10.0,
                compared,
                stop,
                waitsFor);
    }
}
