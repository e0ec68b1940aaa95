package io.changeover.capture.publish;

import io.changeover.transport.event.TableName;
import java.util.Map;

/** The topics that one source writes. */
public record SourceTopics(String progress, String ddl, String history, Map<TableName, String> rows) {

    public SourceTopics {
        rows = Map.copyOf(rows);
    }

    /** @throws IllegalArgumentException when the table is not captured */
    public String rows(TableName table) {
        String topic = rows.get(table);
        if (topic == null) {
            throw new IllegalArgumentException("no row topic for " + table);
        }
        return topic;
    }
}
