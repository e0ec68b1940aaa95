package io.changeover.capture.publish;

import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import org.jspecify.annotations.Nullable;

/** A captured row change as the binlog has it, not yet versioned: insert (no before), delete (no after) or update. */
public record RowChange(
        TableSchema schema, @Nullable Row before, @Nullable Row after, Provenance provenance) {

    public RowChange {
        if (before == null && after == null) {
            throw new IllegalArgumentException("a row change of " + schema.name() + " without images");
        }
    }
}
