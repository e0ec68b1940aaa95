package io.changeover.capture.engine;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas as of what is published, which is behind what is read; readers of rows go by them. Thread-safe. */
public final class PublishedSchemas {

    private final Map<TableName, CapturedTable> tables = new ConcurrentHashMap<>();

    public void put(CapturedTable table) {
        tables.put(table.schema().name(), table);
    }

    /** @throws IllegalArgumentException when the table is not captured */
    public CapturedTable get(TableName table) {
        CapturedTable known = tables.get(table);
        if (known == null) {
            throw new IllegalArgumentException("no schema of " + table);
        }
        return known;
    }
}
