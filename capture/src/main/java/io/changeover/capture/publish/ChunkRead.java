package io.changeover.capture.publish;

import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.position.GtidSet;
import java.util.List;

/**
 * What a reader found.
 *
 * @param found the rows, in the columns of {@link Chunk#schema}
 * @param missing rows of which only the key is set, for keys that were asked for and are not there
 * @param executed the server's {@code gtid_executed} at the end of the read, taken inside the read view
 * @param done the mark to publish with the rows, in the same transaction
 */
public record ChunkRead(List<Row> found, List<Row> missing, GtidSet executed, Provenance provenance, List<Mark> done) {}
