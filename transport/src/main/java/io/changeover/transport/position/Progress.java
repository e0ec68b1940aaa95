package io.changeover.transport.position;

import io.changeover.transport.event.TableName;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a source was published at one moment.
 *
 * @param position empty before the first start of its capture
 * @param marks notes beside it, by record key: {@link #backfillKey}, {@link #stopKey}, {@link #SOURCE_STOP}, {@link #ackKey},
 *     {@link #readsKey}, {@link #READ_WAIT}
 */
public record Progress(Optional<SourcePosition> position, Map<String, String> marks) {

    /** Key of the mark that tells what backfill and refresh of the source wait for. */
    public static final String READ_WAIT = "reads-wait";

    /** Key of the mark that tells why the whole source is captured no more: {@link CaptureStop}. */
    public static final String SOURCE_STOP = "stop";

    /** How the keys of the tables' stops begin. */
    public static final String STOP = "stop:";

    public Progress {
        marks = Map.copyOf(marks);
    }

    public static Progress none() {
        return new Progress(Optional.empty(), Map.of());
    }

    /** Key of the mark that tells how far a table's backfill is. */
    public static String backfillKey(TableName table) {
        return "backfill:" + table;
    }

    /** Key of the mark that limits backfill and refresh of a table, or of the whole source where {@code table} is null. */
    public static String readsKey(@Nullable TableName table) {
        return table == null ? "reads" : "reads:" + table;
    }

    /** Key of the mark that tells why a table is no longer captured: {@link CaptureStop}. */
    public static String stopKey(TableName table) {
        return STOP + table;
    }

    /** Key of the mark that acknowledges a signal. */
    public static String ackKey(String signalId) {
        return "ack:" + signalId;
    }
}
