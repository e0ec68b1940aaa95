package io.changeover.capture.publish;

import io.changeover.transport.event.Provenance;

/**
 * A statement that changed a table or database, for the {@code ddl} topic.
 *
 * @param type Canal's type: {@code CREATE ALTER ERASE TRUNCATE RENAME CINDEX DINDEX QUERY}
 * @param table empty for statements about a database
 */
public record DdlEvent(String schema, String table, String type, String sql, Provenance provenance) {}
