package io.changeover.transport.position;

import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a source is published: capture writes it in the Kafka transaction of the rows that it speaks of, so it is never
 * ahead of them and never behind.
 *
 * @param completed every GTID whose captured rows are all published (all others before the start count as completed)
 * @param running the transaction that is published in part, or null between transactions
 * @param schemaAsOf the GTIDs that were executed when the first table schemas were read: a DDL of a captured table among
 *     them would make the schema newer than the rows
 * @param endOffsets next offset after the last record of every partition that this source writes, by {@code topic-partition}
 * @param commitMicros commit time of the newest completed transaction, microseconds since the epoch; 0 before the first
 */
public record SourcePosition(
        GtidSet completed,
        @Nullable Running running,
        Timeline timeline,
        GtidSet schemaAsOf,
        Map<String, Long> endOffsets,
        long commitMicros) {

    /**
     * A transaction that is published in part.
     *
     * @param next by table, the ordinal of its first row change that is not published yet, an unsigned int
     */
    public record Running(Gtid gtid, Map<TableName, Integer> next) {

        public Running {
            next = Map.copyOf(next);
        }
    }

    public SourcePosition {
        endOffsets = Map.copyOf(endOffsets);
    }

    /** The position of a source whose history is complete up to {@code completed}. */
    public static SourcePosition startingAt(GtidSet completed, GtidSet schemaAsOf) {
        return new SourcePosition(completed, null, Timeline.start(), schemaAsOf, Map.of(), 0);
    }

    /**
     * The position with which an operator goes on after a stop: in a new era of the timeline. A transaction that was published
     * in part will be published again as a whole: its rest alone would stand above the stamp of the new era's first chunks.
     *
     * @param lost what was published and is not in the history of the source any more
     */
    public SourcePosition acknowledged(GtidSet lost) {
        return new SourcePosition(
                completed.minus(lost), null, timeline.acknowledged(), schemaAsOf, endOffsets, commitMicros);
    }

    /** The same position, with the offsets that were just written over the ones of before. */
    public SourcePosition withEndOffsets(Map<String, Long> written) {
        Map<String, Long> offsets = new TreeMap<>(endOffsets);
        offsets.putAll(written);
        return new SourcePosition(completed, running, timeline, schemaAsOf, offsets, commitMicros);
    }
}
