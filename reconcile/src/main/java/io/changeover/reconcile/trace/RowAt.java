package io.changeover.reconcile.trace;

import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a new table.
 *
 * @param key as a server sent it: a character for each byte
 */
public record RowAt(TableName table, List<@Nullable String> key) {

    public RowAt {
        key = Collections.unmodifiableList(new ArrayList<>(key)); // may have nulls
    }
}
