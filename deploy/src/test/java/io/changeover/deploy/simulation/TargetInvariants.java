package io.changeover.deploy.simulation;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.deploy.simulation.FakeTopics.Message;
import io.changeover.deploy.simulation.TargetState.Known;
import io.changeover.deploy.simulation.TargetState.Live;
import io.changeover.deploy.simulation.TargetState.Progress;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What holds in the target after every commit. Keeps its own memory of what was applied. */
final class TargetInvariants {

    /** A transaction that acts for every source and deletes for none: the retry of held rows. */
    static final int ANY = -1;

    private final FakeTopics topics;
    private final Map<Known, Version> newestLive = new HashMap<>();
    /** The newest image that was written or put aside: never forgotten but for a newer one or a delete. */
    private final Map<Known, Version> newestKnown = new HashMap<>();

    private final Map<Known, Version> newestDelete = new HashMap<>();
    private final Map<String, Long> checked = new HashMap<>();

    TargetInvariants(FakeTopics topics) {
        this.topics = topics;
    }

    void owned(ProgressStep step, TargetState before) {
        Progress progress = before.progress.get(step.topic() + "-" + step.partition());
        if (progress.epoch() != step.epoch() || progress.next() != step.from()) {
            throw new Violation(Invariant.OneOwner, step + " was committed over " + progress);
        }
    }

    void committed(TargetState before, TargetState after, int actor) {
        foreignRowsUntouched(before, after, actor);
        rememberDeletes(after);
        noResurrection(after);
        keyOrder(before, after);
        progressed(after);
    }

    private static void foreignRowsUntouched(TargetState before, TargetState after, int actor) {
        before.live.forEach((identity, row) -> {
            Live now = after.live.get(identity);
            int owner = row.version().source();
            boolean touched = now == null ? actor != owner : now.version().source() != owner;
            if (owner != 0 && touched) {
                throw new Violation(Invariant.ForeignRowsUntouched, actor + " made " + row + " to " + now);
            }
        });
    }

    private void noResurrection(TargetState after) {
        after.live.forEach((identity, row) -> {
            Version deleted = newestDelete.get(new Known(identity, row.version().source()));
            if (deleted != null && deleted.isAfter(row.version())) {
                throw new Violation(Invariant.NoResurrection, row + " was deleted by " + deleted);
            }
        });
    }

    private void keyOrder(TargetState before, TargetState after) {
        after.live.forEach((identity, row) -> {
            Known known = new Known(identity, row.version().source());
            Version newest = newestLive.put(known, row.version());
            if (newest != null && newest.isAfter(row.version())) {
                throw new Violation(Invariant.KeyOrder, row + " was at " + newest + " before");
            }
        });
        after.live.forEach(
                (identity, row) -> remember(new Known(identity, row.version().source()), row.version()));
        after.deferred.forEach(
                (known, deferred) -> remember(known, deferred.change().version()));
        newestKnown.forEach((known, newest) -> {
            Live row = after.live.get(known.identity());
            Deferred<Image> deferred = after.deferred.get(known);
            boolean there = (row != null
                            && row.version().sameSource(newest)
                            && row.version().isAtOrAfter(newest))
                    || (deferred != null && deferred.change().version().isAtOrAfter(newest))
                    || isAtOrAfter(newestDelete.get(known), newest);
            if (known.source() != 0 && !there) {
                throw new Violation(
                        Invariant.KeyOrder,
                        known + " was at " + newest + ", there is " + row + ", put aside " + deferred);
            }
        });
        before.tombstones.forEach((known, version) -> {
            Version now = after.tombstones.get(known);
            if (now == null || version.isAfter(now)) {
                throw new Violation(Invariant.KeyOrder, "tombstone of " + known + " from " + version + " to " + now);
            }
        });
    }

    /** Progress p of a partition: everything before p is there, put aside, deleted, or overtaken by something newer. */
    void progressed(TargetState after) {
        rememberDeletes(after);
        newlyPassed(after, message -> applied(message, after));
        after.progress.forEach((partition, progress) -> checked.merge(partition, progress.next(), Math::max));
        noResurrection(after);
    }

    private void rememberDeletes(TargetState after) {
        newlyPassed(after, this::remember);
    }

    private void newlyPassed(TargetState after, Consumer<Message> action) {
        for (TableName table : Image.TABLES) {
            for (int i = 0; i < FakeTopics.PARTITIONS; i++) {
                String partition = table + "-" + i;
                int from = checked.getOrDefault(partition, 0L).intValue();
                int to = (int) after.progress.get(partition).next();
                if (to > from) {
                    topics.rows.get(table).get(i).subList(from, to).forEach(action);
                }
            }
        }
    }

    private void remember(Known known, Version version) {
        newestKnown.merge(known, version, (old, next) -> next.isAfter(old) ? next : old);
    }

    private void remember(Message message) {
        if (message == null) {
            return;
        }
        Change<Image> change = Mapping.change(message.event());
        if (change.image() == null) {
            newestDelete.merge(
                    new Known(change.key().identity(), change.version().source()),
                    change.version(),
                    (old, next) -> next.isAfter(old) ? next : old);
        }
    }

    private void applied(Message message, TargetState after) {
        if (message == null) {
            return;
        }
        Change<Image> change = Mapping.change(message.event());
        Version version = change.version();
        Known known = new Known(change.key().identity(), version.source());
        Live live = after.live.get(known.identity());
        Deferred<Image> deferred = after.deferred.get(known);
        boolean ours = live != null && live.version().sameSource(version);
        boolean applied;
        if (change.image() == null) {
            applied = !(ours && version.isAfter(live.version()))
                    && !(deferred != null && version.isAfter(deferred.change().version()));
        } else {
            applied = (ours && live.version().isAtOrAfter(version))
                    || (deferred != null && deferred.change().version().isAtOrAfter(version))
                    || isAtOrAfter(after.tombstones.get(known), version)
                    || isAtOrAfter(newestDelete.get(known), version);
        }
        if (!applied) {
            throw new Violation(
                    Invariant.NoGap, "progress passed " + change + ", there is " + live + ", put aside " + deferred);
        }
    }

    private static boolean isAtOrAfter(Version stored, Version version) {
        return stored != null && stored.isAtOrAfter(version);
    }
}
