package io.changeover.transport.position;

import io.changeover.transport.event.TableName;
import java.util.List;
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
 * @param historyFrom offset of the first entry of the schema history that counts; what stands before it is of before an
 *     acknowledged stop
 * @param endOffsets next offset after the last record of every partition that this source writes, by {@code topic-partition}
 * @param last the transaction that was completed last and by which a server's history is recognised; null: none is known
 * @param commitMicros commit time of the newest completed transaction, microseconds since the epoch; 0 before the first
 */
public record SourcePosition(
        GtidSet completed,
        @Nullable Running running,
        Timeline timeline,
        GtidSet schemaAsOf,
        long historyFrom,
        Map<String, Long> endOffsets,
        @Nullable Commit last,
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

    /**
     * A transaction of the source.
     *
     * @param micros when it was committed first, on whichever server, microseconds since the epoch
     */
    public record Commit(Gtid gtid, long micros) {}

    public SourcePosition {
        endOffsets = Map.copyOf(endOffsets);
    }

    /** The position of a source whose history is complete up to {@code completed}. */
    public static SourcePosition startingAt(GtidSet completed, GtidSet schemaAsOf) {
        return new SourcePosition(completed, null, Timeline.start(), schemaAsOf, 0, Map.of(), null, 0);
    }

    /**
     * The position of a source whose own one is lost, to be {@linkplain #acknowledged acknowledged}.
     *
     * @param timeline a number that no lower version has been published with
     */
    public static SourcePosition lost(int timeline) {
        Timeline highest = new Timeline(List.of(new Timeline.Era(timeline, null)), 0);
        return new SourcePosition(GtidSet.EMPTY, null, highest, GtidSet.EMPTY, 0, Map.of(), null, 0);
    }

    /** The same position over topics as they are, whatever was lost of them; their history of schemas counts no more. */
    public SourcePosition over(Map<String, Long> ends, long historyFrom) {
        return new SourcePosition(completed, running, timeline, schemaAsOf, historyFrom, ends, last, commitMicros);
    }

    /**
     * The position with which a source begins anew after a stop that an operator acknowledged: behind everything that the
     * server has executed, in a new era of the timeline. What was not published until then, also of a transaction that was
     * published in part, comes with the rows as of now; they are stamped above all that was published.
     *
     * @param executed by the server that is captured from now on, as of which the schemas were read
     */
    public SourcePosition acknowledged(GtidSet executed) {
        return new SourcePosition(
                executed, null, timeline.acknowledged(), executed, historyFrom, endOffsets, null, commitMicros);
    }

    /** The same position, with the offsets that were just written over the ones of before. */
    public SourcePosition withEndOffsets(Map<String, Long> written) {
        Map<String, Long> offsets = new TreeMap<>(endOffsets);
        offsets.putAll(written);
        return new SourcePosition(completed, running, timeline, schemaAsOf, historyFrom, offsets, last, commitMicros);
    }
}
