package io.changeover.capture.schema;

import io.changeover.transport.event.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A captured table at one moment of its history: what the messages show, and what only reading needs.
 *
 * @param charsets MySQL's character set of each column, by table order; null where it holds no text
 * @param keyOrder the primary key's columns in the order of the index, for reading along it
 * @param foreignKeys by which other tables may reach into this one
 */
public record CapturedTable(
        TableSchema schema, List<@Nullable String> charsets, List<String> keyOrder, List<ForeignKey> foreignKeys) {

    public CapturedTable {
        charsets = Collections.unmodifiableList(new ArrayList<>(charsets));
        keyOrder = List.copyOf(keyOrder);
        foreignKeys = List.copyOf(foreignKeys);
    }
}
