package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.changeover.transport.event.Operation;
import java.io.IOException;

/**
 * A rows event that is not decoded yet: most of a server's rows belong to tables that nobody captures, and the library's own
 * decoding loses values.
 */
final class RawRows implements EventData {

    private static final int NO_FOREIGN_KEY_CHECKS = 2;

    private final Operation operation;
    private final long tableId;
    private final int columns;
    private final boolean foreignKeyChecks;
    private final byte[] body;

    private RawRows(Operation operation, long tableId, boolean foreignKeyChecks, int columns, byte[] body) {
        this.operation = operation;
        this.tableId = tableId;
        this.foreignKeyChecks = foreignKeyChecks;
        this.columns = columns;
        this.body = body;
    }

    Operation operation() {
        return operation;
    }

    /** The number that the table map event before gave to the table. */
    long tableId() {
        return tableId;
    }

    /** Whether foreign keys were checked, and so followed, for these rows. */
    boolean foreignKeyChecks() {
        return foreignKeyChecks;
    }

    int columns() {
        return columns;
    }

    /** The bitmaps of the columns and all row images. Not to be changed. */
    byte[] body() {
        return body;
    }

    /** @param extended whether a block of extra information follows the flags (MySQL 5.6 and newer) */
    record Deserializer(Operation operation, boolean extended) implements EventDataDeserializer<RawRows> {

        @Override
        public RawRows deserialize(ByteArrayInputStream in) throws IOException {
            long tableId = in.readLong(6);
            boolean foreignKeyChecks = (in.readInteger(2) & NO_FOREIGN_KEY_CHECKS) == 0;
            if (extended) {
                in.skip(in.readInteger(2) - 2L);
            }
            int columns = in.readPackedInteger();
            return new RawRows(operation, tableId, foreignKeyChecks, columns, in.read(in.available()));
        }
    }
}
