package io.changeover.capture.engine;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas as of what is published, which is behind what is read; readers of rows go by them. Thread-safe. */
public final class PublishedSchemas {

    /** A reader asks for a table that the stream has left, or never knew. */
    public static final class NotCaptured extends RuntimeException {

        NotCaptured(TableName table) {
            super("table " + table + " is not captured");
        }

        /** Whether a failure is this, come through a future or not. */
        public static boolean isCauseOf(Throwable failure) {
            return failure instanceof NotCaptured || failure.getCause() instanceof NotCaptured;
        }
    }

    private final Map<TableName, CapturedTable> tables = new ConcurrentHashMap<>();

    public void put(CapturedTable table) {
        tables.put(table.schema().name(), table);
    }

    /** The table is not captured any more. */
    void leave(TableName table) {
        tables.remove(table);
    }

    /** @throws NotCaptured when the table is not captured, or not any more */
    public CapturedTable get(TableName table) {
        CapturedTable known = tables.get(table);
        if (known == null) {
            throw new NotCaptured(table);
        }
        return known;
    }
}
