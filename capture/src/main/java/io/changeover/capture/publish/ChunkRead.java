package io.changeover.capture.publish;

import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.position.GtidSet;
import java.util.List;

/**
 * What a reader found.
 *
 * @param found the rows, in the columns of {@link Chunk#schema}
 * @param missing rows of which only the key is set, for keys that were asked for and are not there; a key that the source's
 *     collation takes for one of {@code found} is there
 * @param executed every GTID that the read view may show, taken inside it at the end of the read. {@code gtid_executed}
 *     alone is not enough: a commit becomes visible before it is in that set; meanwhile it stands in {@code gtid_owned}. Take
 *     the owned ones first, wait until each is executed or owned no more, then take {@code gtid_executed}
 * @param done the mark to publish with the rows, in the same transaction
 */
public record ChunkRead(List<Row> found, List<Row> missing, GtidSet executed, Provenance provenance, List<Mark> done) {}
