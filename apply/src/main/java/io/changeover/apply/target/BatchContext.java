package io.changeover.apply.target;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Where the changes of a batch came from, for what is remembered of them. Confined to one thread. */
final class BatchContext {

    private final List<Received> received = new ArrayList<>();
    private final List<Change<MappedRow>> changes = new ArrayList<>();
    private @Nullable Map<Origin, Received> origins;

    /** Of one key, an image of each source may wait. */
    private record Origin(String identity, int source) {

        static Origin of(RowKey key, Version version) {
            return new Origin(key.identity(), version.source());
        }
    }

    private final boolean fromStream;

    private BatchContext(boolean fromStream) {
        this.fromStream = fromStream;
    }

    /** What the stream brings next. */
    static BatchContext ofStream() {
        return new BatchContext(true);
    }

    /** What was put aside, by whichever partition: nothing follows from its versions. */
    static BatchContext ofKept() {
        return new BatchContext(false);
    }

    void add(Received message, Change<MappedRow> change) {
        received.add(message);
        changes.add(change);
        origins = null;
    }

    /** The last message of the key from that source; made when first asked, since few batches ask. */
    Received origin(Tombstone tombstone) {
        Map<Origin, Received> known = origins;
        if (known == null) {
            known = new HashMap<>();
            for (int i = 0; i < changes.size(); i++) {
                known.put(Origin.of(changes.get(i).key(), changes.get(i).version()), received.get(i));
            }
            origins = known;
        }
        Received origin = known.get(Origin.of(tombstone.key(), tombstone.version()));
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
        if (!fromStream) {
            return Set.of();
        }
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
