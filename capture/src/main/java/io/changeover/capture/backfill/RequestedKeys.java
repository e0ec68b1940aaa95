package io.changeover.capture.backfill;

import io.changeover.capture.value.SelectedColumn;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys that somebody asks for, checked before they become part of a statement. */
record RequestedKeys(TableSchema schema) {

    /**
     * The row of which only the key is set.
     *
     * @throws RefusedSignal when it is not a key of the table
     */
    Row row(Map<String, String> key) throws RefusedSignal {
        if (!key.keySet().equals(Set.copyOf(schema.keyColumns()))) {
            throw new RefusedSignal("a key has columns " + key.keySet() + ", the key of " + schema.name() + " has "
                    + schema.keyColumns());
        }
        @Nullable String[] values = new String[schema.columns().size()];
        for (Map.Entry<String, String> value : key.entrySet()) {
            int index = schema.indexOf(value.getKey());
            try {
                SelectedColumn.of(schema.columns().get(index), null).literal(value.getValue());
            } catch (IllegalArgumentException e) {
                throw new RefusedSignal(String.valueOf(e.getMessage()));
            }
            values[index] = value.getValue();
        }
        return new Row(values);
    }
}
