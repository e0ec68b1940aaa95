package io.changeover.capture.publish;

import io.changeover.transport.event.Row;
import java.util.List;

/**
 * What became of a chunk.
 *
 * @param discarded the table's columns changed while it was read: nothing was published, read it again
 * @param rows how many rows were published
 * @param again keys that looked missing and may have appeared: ask for them again
 */
public record ChunkOutcome(boolean discarded, int rows, List<Row> again) {}
