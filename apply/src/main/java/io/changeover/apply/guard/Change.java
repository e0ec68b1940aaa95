package io.changeover.apply.guard;

import io.changeover.transport.event.Version;
import org.jspecify.annotations.Nullable;

/**
 * What one message asks of one row of the new table.
 *
 * @param image the mapped row; null when the row must not be there (a delete, or a row outside {@code where})
 * @param <I> the mapped row as the target writes it
 */
public record Change<I>(
        RowKey key, Version version, @Nullable I image) {}
