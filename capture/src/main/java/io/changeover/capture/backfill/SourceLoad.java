package io.changeover.capture.backfill;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.mysql.ServerLoad;
import io.changeover.transport.position.GtidSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the source may be read now, or is too busy: by what its server runs, by how far the stream is behind it, and by
 * how far it is behind its own source.
 *
 * <p>Thread-safe.
 */
public final class SourceLoad {

    /** Looks at the server; readers bring their own connection. */
    interface Look {
        ServerLoad look() throws SQLException;
    }

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);

    private final BackfillSettings settings;
    private final Supplier<GtidSet> published;
    private final Consumer<@Nullable String> listener;
    private final LongSupplier nanos;
    private @Nullable String excess;
    private @Nullable String told;
    private long lookedAt;
    private long toldAt;
    /** What the server had committed once, and when that was: the stream is so late as long as it lacks it. */
    private GtidSet committed = GtidSet.EMPTY;

    private long committedAt;

    /**
     * @param published what the stream has published
     * @param told what readers waited for when the last run ended, as its mark says; null: nothing
     * @param listener is told what readers wait for, and null when they go on
     * @param nanos a clock that does not jump, such as {@link System#nanoTime}
     */
    public SourceLoad(
            BackfillSettings settings,
            Supplier<GtidSet> published,
            @Nullable String told,
            Consumer<@Nullable String> listener,
            LongSupplier nanos) {
        this.settings = settings;
        this.published = published;
        this.told = told;
        this.listener = listener;
        this.nanos = nanos;
        this.committedAt = nanos.getAsLong();
        this.lookedAt = committedAt - LOOK_EVERY.toNanos();
        this.toldAt = committedAt;
    }

    /** Whether to read now; else ask again. */
    synchronized boolean permits(Look look) throws SQLException {
        long now = nanos.getAsLong();
        if (now - lookedAt >= LOOK_EVERY.toNanos()) {
            excess = isLimited() ? excess(look.look(), now) : null;
            lookedAt = nanos.getAsLong();
            tell(now);
        }
        return excess == null;
    }

    private boolean isLimited() {
        return settings.maxThreadsRunning().isPresent()
                || settings.maxStreamLag().isPresent()
                || settings.maxReplicaLag().isPresent();
    }

    private @Nullable String excess(ServerLoad load, long now) {
        // not by commit times: a replica that is late on purpose commits old transactions, and clocks differ
        if (published.get().containsAll(committed)) {
            committed = load.executed();
            committedAt = now;
        }
        Duration streamLag = Duration.ofNanos(now - committedAt);
        Duration replicaLag = load.replicaLag();
        if (settings.maxThreadsRunning().isPresent()
                && load.threadsRunning() > settings.maxThreadsRunning().get()) {
            return "Threads_running " + load.threadsRunning() + " > "
                    + settings.maxThreadsRunning().get();
        }
        if (isAbove(streamLag, settings.maxStreamLag().orElse(null))) {
            return "the stream is " + streamLag.toSeconds() + " s behind > "
                    + settings.maxStreamLag().get().toSeconds() + " s";
        }
        if (replicaLag != null && isAbove(replicaLag, settings.maxReplicaLag().orElse(null))) {
            return "the replica is " + replicaLag.toSeconds() + " s behind > "
                    + settings.maxReplicaLag().get().toSeconds() + " s";
        }
        return null;
    }

    private static boolean isAbove(Duration lag, @Nullable Duration most) {
        return most != null && lag.compareTo(most) > 0;
    }

    private void tell(long now) {
        boolean changed = (excess == null) != (told == null);
        if (changed || (!Objects.equals(excess, told) && now - toldAt >= TELL_EVERY.toNanos())) {
            told = excess;
            toldAt = now;
            listener.accept(excess);
        }
    }
}
