package io.changeover.capture.publish;

import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.GtidSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A read of rows as of now, from the moment before the read view opens until its rows are published. Remembers the keys that
 * the stream published meanwhile, because for those the rows read may be older.
 *
 * <p>Confined to its {@link OrderedPublisher}; readers use {@link #stamp}, {@link #published} and {@link #schema} only.
 */
public final class Chunk {

    private final TableSchema schema;
    private final Origin origin;
    private final Version stamp;
    private final GtidSet published;
    private final Set<String> streamedKeys = new HashSet<>();
    private boolean discarded;

    Chunk(TableSchema schema, Origin origin, Version stamp, GtidSet published) {
        this.schema = schema;
        this.origin = origin;
        this.stamp = stamp;
        this.published = published;
    }

    /** The version of every row of this chunk. */
    public Version stamp() {
        return stamp;
    }

    /** What was published when the chunk was opened: the server that is read must have executed all of it. */
    public GtidSet published() {
        return published;
    }

    /** The columns to read. */
    public TableSchema schema() {
        return schema;
    }

    public TableName table() {
        return schema.name();
    }

    /** Why it is read: backfill or refresh. */
    public Origin origin() {
        return origin;
    }

    /** Whether both may have read one key; the parts of one backfill do not overlap. */
    boolean overlaps(Chunk other) {
        return table().equals(other.table()) && (origin == Origin.REFRESH || other.origin == Origin.REFRESH);
    }

    /** Remembers a key that was published by the stream, or by a chunk with a newer stamp. */
    void streamed(TableSchema streamedSchema, Row row) {
        streamedKeys.add(MessageKey.of(streamedSchema, row));
    }

    void discard() {
        discarded = true;
    }

    boolean discarded() {
        return discarded;
    }

    /** Both images of a change were remembered, so the exact text of the row that was read is enough. */
    boolean superseded(Row row) {
        return !streamedKeys.isEmpty() && streamedKeys.contains(MessageKey.of(schema, row));
    }

    /**
     * Whether the stream published a key that the table's collation might take for the missing one. Coarse on purpose: a
     * wrong yes costs one more read, a wrong no would delete a row.
     */
    boolean missingMayHaveAppeared(Row missing) {
        String key = MessageKey.of(schema, missing);
        return streamedKeys.stream().anyMatch(streamed -> CoarseKey.mayBeEqual(key, streamed));
    }
}
