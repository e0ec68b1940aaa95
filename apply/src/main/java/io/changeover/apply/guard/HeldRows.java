package io.changeover.apply.guard;

import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tries held rows again. First each alone; then those that only wait for each other (swapped values) together: exactly their
 * rows are deleted and written anew, in the one transaction.
 *
 * @param <I> the mapped row as the target writes it
 */
public final class HeldRows<I> {

    /** What the retry needs of a target beyond a batch. */
    public interface Shelf<I> extends TargetTransaction<I> {

        /**
         * Locks every progress row of the tables that feed the target table, in partition order, then its held and
         * colliding images, and returns these. The locks keep newer changes of the same keys out until the commit.
         */
        List<Change<I>> lockDeferred();

        /** Keys of the live rows that have a unique value which {@code change} wants, itself left out. */
        Set<RowKey> blockers(Change<I> change);

        /**
         * Deletes the rows of exactly these changes and inserts their images, keeping the columns that are not mapped.
         *
         * @return false, with the transaction as before, when the images conflict among themselves or with another row
         */
        boolean replaceTogether(List<Change<I>> cycle);
    }

    private final Shelf<I> shelf;

    public HeldRows(Shelf<I> shelf) {
        this.shelf = shelf;
    }

    /** Writes what can be written now; returns how many images left the shelf. Safe to run at any time, by any owner. */
    public int retry() {
        List<Change<I>> waiting = new ArrayList<>(shelf.lockDeferred());
        int before = waiting.size();
        waiting.removeIf(this::settle);
        List<Change<I>> cycle = closedUnderBlockers(waiting);
        if (!cycle.isEmpty() && shelf.replaceTogether(cycle)) {
            cycle.forEach(this::release);
            waiting.removeAll(cycle);
        }
        return before - waiting.size();
    }

    /** Whether the image needs no more waiting: it was overtaken, or it could be written alone. */
    private boolean settle(Change<I> change) {
        Stored stored = stored(change);
        if (stored.isForeignTo(change.version())) {
            return false;
        }
        boolean overtaken = new Stored(stored.live(), stored.tombstone(), null).isNewerThan(change.version());
        boolean settled = overtaken
                || shelf.write(List.of(new Write<>(change, stored.live() != null)))
                        .isEmpty();
        if (settled) {
            release(change);
        }
        return settled;
    }

    /** The largest set of waiting rows that are blocked by rows of the set only. */
    private List<Change<I>> closedUnderBlockers(List<Change<I>> waiting) {
        Map<RowKey, Set<RowKey>> blockers = new LinkedHashMap<>();
        for (Change<I> change : waiting) {
            if (!stored(change).isForeignTo(change.version())) {
                blockers.put(change.key(), shelf.blockers(change));
            }
        }
        while (blockers.values().removeIf(keys -> !blockers.keySet().containsAll(keys))) {
            // a row that waits for one outside cannot help the rows that wait for it
        }
        return waiting.stream()
                .filter(change -> blockers.containsKey(change.key()))
                .toList();
    }

    private Stored stored(Change<I> change) {
        Version version = change.version();
        return shelf.stored(Set.of(change.key()), version.source()).getOrDefault(change.key(), Stored.NOTHING);
    }

    private void release(Change<I> change) {
        shelf.release(List.of(change.key()), change.version().source());
    }
}
