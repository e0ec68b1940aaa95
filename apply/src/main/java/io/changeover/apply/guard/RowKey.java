package io.changeover.apply.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the new table by its key. Equal by {@code identity}.
 *
 * @param identity one text for all key values that the new table takes for one row, in whatever letters a message spelt them
 *     ({@code alpha} and {@code ALPHA} where its collation says so), and never one text for two rows. Versions, tombstones
 *     and deferred images are kept by it: by the message's spelling, an old message of another spelling would not find
 *     the newer version of the same row
 * @param values the values of the new table's key columns as this message spells them, in that table's key order
 */
public record RowKey(String identity, List<String> values) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && identity.equals(key.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }
}
