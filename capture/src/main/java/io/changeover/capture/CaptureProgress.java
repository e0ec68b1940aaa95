package io.changeover.capture;

import io.changeover.capture.backfill.BackfillMark;
import io.changeover.transport.event.TableName;
import java.util.Map;

/**
 * How far a capture is, for status and metrics.
 *
 * @param streamedRows row changes read from the binlog since this process began
 * @param commitMicros commit time of the newest of them, microseconds since the epoch; 0 before the first
 * @param backfills by table, as durable
 */
public record CaptureProgress(long streamedRows, long commitMicros, Map<TableName, BackfillMark> backfills) {

    public CaptureProgress {
        backfills = Map.copyOf(backfills);
    }

    /** Whether no table is waiting for rows of a backfill. */
    public boolean backfilled() {
        return backfills.values().stream().noneMatch(mark -> mark.state() == BackfillMark.State.RUNNING);
    }
}
