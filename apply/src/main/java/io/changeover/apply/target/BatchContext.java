package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Where the changes of a batch came from, for what is remembered of them. Confined to one thread. */
final class BatchContext {

    private final List<Received> received;
    private final List<Change<MappedRow>> changes;
    private @Nullable Map<RowKey, Received> origins;

    /** @param changes of {@code received}, one each and in its order */
    BatchContext(List<Received> received, List<Change<MappedRow>> changes) {
        this.received = received;
        this.changes = changes;
    }

    /** The last message of the key; made when first asked, since few batches ask. */
    Received origin(RowKey key) {
        Map<RowKey, Received> known = origins;
        if (known == null) {
            known = new HashMap<>();
            for (int i = 0; i < changes.size(); i++) {
                known.put(changes.get(i).key(), received.get(i));
            }
            origins = known;
        }
        Received origin = known.get(key);
        if (origin == null) {
            throw new IllegalArgumentException("not a key of this batch");
        }
        return origin;
    }

    /**
     * The keys of which the batch has changes, and every one of this source and newer than what is buried of its partition.
     *
     * @param buried the source's newest tombstone by partition; null: none
     */
    Set<RowKey> newerThan(int source, IntFunction<@Nullable Version> buried) {
        Set<RowKey> newer = new HashSet<>();
        Set<RowKey> others = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            Version version = changes.get(i).version();
            Version newest = buried.apply(received.get(i).partition());
            boolean isNewer = version.source() == source && (newest == null || version.isAfter(newest));
            (isNewer ? newer : others).add(changes.get(i).key());
        }
        newer.removeAll(others);
        return newer;
    }

    /** Newest source commit time among the partition's changes, in microseconds; 0 when there is none. */
    long newestMicros(int partition) {
        long newest = 0;
        for (Received record : received) {
            if (record.partition() == partition && record.event() != null) {
                newest = Math.max(newest, record.event().provenance().commitMicros());
            }
        }
        return newest;
    }
}
