package io.changeover.transport.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One row change: what a message says. Built by {@link #inserted}, {@link #updated} and {@link #deleted}, which allow the
 * legal shapes only. A change of the primary key is two events: deleted(old row), inserted(new row).
 *
 * @param before the row before; the whole row for an update and a streamed delete, only its key columns (the others null)
 *     for the delete of a refresh
 * @param after the row after; null for a delete
 */
public record ChangeEvent(
        TableSchema schema,
        Operation operation,
        @Nullable Row before,
        @Nullable Row after,
        Version version,
        Provenance provenance) {

    public ChangeEvent {
        requireNonNull(schema, "schema");
        requireNonNull(version, "version");
        requireNonNull(provenance, "provenance");
        boolean legal =
                switch (operation) {
                    case INSERT -> before == null && after != null;
                    case UPDATE -> before != null && after != null;
                    case DELETE -> before != null && after == null;
                };
        if (!legal) {
            throw new IllegalArgumentException("images do not fit " + operation + " of " + schema.name());
        }
        Row row = after != null ? after : requireNonNull(before);
        if (row.size() != schema.columns().size()) {
            throw new IllegalArgumentException(
                    "row of " + row.size() + " values for " + schema.columns().size() + " columns of " + schema.name());
        }
    }

    public static ChangeEvent inserted(TableSchema schema, Row after, Version version, Provenance provenance) {
        return new ChangeEvent(schema, Operation.INSERT, null, after, version, provenance);
    }

    public static ChangeEvent updated(
            TableSchema schema, Row before, Row after, Version version, Provenance provenance) {
        return new ChangeEvent(schema, Operation.UPDATE, before, after, version, provenance);
    }

    public static ChangeEvent deleted(TableSchema schema, Row before, Version version, Provenance provenance) {
        return new ChangeEvent(schema, Operation.DELETE, before, null, version, provenance);
    }

    /** The row that the message shows in {@code data}: the row after, or for a delete the row before. */
    public Row row() {
        return after != null ? after : requireNonNull(before);
    }

    public TableName table() {
        return schema.name();
    }
}
