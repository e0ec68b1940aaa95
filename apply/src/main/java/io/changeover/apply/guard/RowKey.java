package io.changeover.apply.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the new table by its key, in one of the table's places. Equal by {@code identity} and place.
 *
 * @param identity one text for all key values that the new table takes for one row, in whatever letters a message spelt them
 *     ({@code alpha} and {@code ALPHA} where its collation says so), and never one text for two rows. Versions, tombstones
 *     and deferred images are kept by it: by the message's spelling, an old message of another spelling would not find
 *     the newer version of the same row
 * @param values the values of the new table's key columns as this message spells them, in that table's key order
 * @param place the shard's number, 0 where the table is one; {@link #NOWHERE} when it cannot be told
 */
public record RowKey(String identity, List<String> values, int place) {

    public static final int NOWHERE = -1;

    /** In the table's only place. */
    public RowKey(String identity, List<String> values) {
        this(identity, values, 0);
    }

    /** The same key in another place. */
    public RowKey at(int other) {
        return other == place ? this : new RowKey(identity, values, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && place == key.place && identity.equals(key.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode() * 31 + place;
    }
}
