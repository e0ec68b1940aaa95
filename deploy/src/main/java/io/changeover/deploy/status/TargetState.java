package io.changeover.deploy.status;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.apply.target.TargetProgress;
import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.ReadLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a target server knows of a pipeline.
 *
 * @param applied how far each partition is
 * @param deferred rows that wait beside each new table
 * @param limits what operators wish of the apply, by feed
 * @param stops why the apply of a feed stopped
 */
record TargetState(
        Map<FeedPartition, Applied> applied,
        Map<TableName, DeferredRows> deferred,
        Map<String, TableStatus.Stop> stops,
        Map<String, ReadLimit> limits) {

    record FeedPartition(String feed, int partition) {}

    /**
     * @param commitMicros commit time, on the source, of the newest change that is applied; microseconds since the epoch
     */
    record Applied(long nextOffset, boolean closed, long commitMicros) {}

    /** @param parked refused by the database: somebody must decide */
    record DeferredRows(long held, long collisions, long parked) {

        static final DeferredRows NONE = new DeferredRows(0, 0, 0);

        DeferredRows plus(DeferredRows other) {
            return new DeferredRows(held + other.held, collisions + other.collisions, parked + other.parked);
        }
    }

    TargetState {
        applied = Map.copyOf(applied);
        deferred = Map.copyOf(deferred);
        stops = Map.copyOf(stops);
        limits = Map.copyOf(limits);
    }

    /** Empty where nothing was prepared yet. */
    static TargetState read(Connection connection, String pipeline) throws SQLException {
        Map<FeedPartition, Applied> applied = new HashMap<>();
        for (TargetProgress.Partition partition : TargetProgress.partitions(connection, pipeline)) {
            applied.put(
                    new FeedPartition(partition.feed(), partition.partition()),
                    new Applied(partition.nextOffset(), !partition.open(), partition.appliedMicros()));
        }
        Map<TableName, DeferredRows> deferred = new HashMap<>();
        for (TargetProgress.Waiting waiting : TargetProgress.waiting(connection)) {
            deferred.put(waiting.table(), new DeferredRows(waiting.held(), waiting.collisions(), waiting.parked()));
        }
        Map<String, TableStatus.Stop> stops = new HashMap<>();
        for (TargetProgress.Stop stop : TargetProgress.stops(connection, pipeline)) {
            stops.put(
                    stop.feed(),
                    new TableStatus.Stop(
                            TableStatus.Stop.APPLY, stop.code(), stop.place(), stop.cause(), stop.remedy()));
        }
        return new TargetState(applied, deferred, stops, new ApplyLimits(connection, pipeline).readIfThere());
    }
}
