package io.changeover.apply.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a row: the message key's text, which names it for one source, and the values of the new table's key
 * columns, in that table's key order, which find it in the target. Equal by the text.
 */
public record RowKey(String text, List<String> values) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && text.equals(key.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
