package io.changeover.capture.publish;

import io.changeover.capture.schema.HistoryEntry;
import io.changeover.transport.event.Provenance;

/**
 * A statement that changed a table or database, for the {@code ddl} topic.
 *
 * @param type Canal's type: {@code CREATE ALTER ERASE TRUNCATE RENAME CINDEX DINDEX QUERY}
 * @param table empty for statements about a database
 * @param history the statement as the schema history keeps it; durable in the transaction of the position that passed it
 */
public record DdlEvent(
        String schema, String table, String type, String sql, Provenance provenance, HistoryEntry history) {}
