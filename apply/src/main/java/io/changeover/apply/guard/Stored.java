package io.changeover.apply.guard;

import io.changeover.transport.event.Version;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the target knows of a row before a batch.
 *
 * @param live version of the row that is there, of whatever source; null when no row is there
 * @param tombstone version of this source's newest delete of the key, if any; may be left out where the live row is of this
 *     source: a delete takes that row away, and only what is not older than the tombstone is written after it
 * @param deferred version of this source's image that is held or parked, if any
 */
public record Stored(
        @Nullable Version live,
        @Nullable Version tombstone,
        @Nullable Version deferred) {

    public static final Stored NOTHING = new Stored(null, null, null);

    /** Whether a change of {@code version} is older than something that its own source brought before. */
    boolean isNewerThan(Version version) {
        return isAfter(tombstone, version) || isAfter(deferred, version) || isAfter(live, version);
    }

    boolean hasRowNewerThan(Version version) {
        return isAfter(live, version);
    }

    boolean awaitsNewerThan(Version version) {
        return isAfter(deferred, version);
    }

    boolean awaitsOlderThan(Version version) {
        return deferred != null && deferred.sameSource(version) && version.isAfter(deferred);
    }

    /** What is known of one change's row. */
    static <I> Stored of(TargetTransaction<I> transaction, Change<I> change) {
        return transaction
                .stored(Set.of(change.key()), change.version().source())
                .getOrDefault(change.key(), NOTHING);
    }

    /** Whether the row that is there belongs to another source; version {@code 0} is nobody's. */
    boolean isForeignTo(Version version) {
        return live != null && live.source() != 0 && !live.sameSource(version);
    }

    private static boolean isAfter(@Nullable Version stored, Version version) {
        return stored != null && stored.sameSource(version) && stored.isAfter(version);
    }
}
