package io.changeover.apply.guard;

import io.changeover.transport.event.Version;
import org.jspecify.annotations.Nullable;

/**
 * What one message asks of one row of the new table.
 *
 * @param key in the place where the row belongs; in {@link RowKey#NOWHERE} when it belongs to none, or none can be told
 * @param image the mapped row; null when the row must not be there (a delete, or a row outside {@code where})
 * @param scattered whether other places than the key's may have the row; it is to go from there. Always false where the place
 *     follows from the key
 * @param preferred whether it takes the place of another source's row, which then waits
 * @param <I> the mapped row as the target writes it
 */
public record Change<I>(
        RowKey key, Version version, @Nullable I image, boolean scattered, boolean preferred) {

    public Change(RowKey key, Version version, @Nullable I image) {
        this(key, version, image, false, false);
    }

    /** Whether it is about no place in particular, but about all of them. */
    boolean isOnlyRemoval() {
        return image == null && key.place() == RowKey.NOWHERE;
    }

    /** The newer one of two of the same key; what either of them knows to be scattered is. */
    Change<I> newer(Change<I> next) {
        Change<I> newer = next.version.isAtOrAfter(version) ? next : this;
        boolean any = scattered || next.scattered;
        return newer.scattered == any
                ? newer
                : new Change<>(newer.key, newer.version, newer.image, any, newer.preferred);
    }

    /** The same, as what waits where it does not belong. */
    Change<I> withoutPlace() {
        return new Change<>(key.at(RowKey.NOWHERE), version, image, scattered, preferred);
    }
}
