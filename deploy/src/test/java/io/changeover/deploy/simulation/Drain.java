package io.changeover.deploy.simulation;

import static io.changeover.deploy.simulation.Image.identity;
import static io.changeover.deploy.simulation.Image.source;

import io.changeover.apply.guard.Deferred;
import io.changeover.deploy.simulation.TargetState.Known;
import io.changeover.deploy.simulation.TargetState.Live;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The end of a run: everything comes to rest, and what is there then is judged. */
final class Drain {

    private static final int ROUNDS = 40;
    private final World world;

    Drain(World world) {
        this.world = world;
    }

    void run() {
        world.write(world.writer::heal);
        world.source.settle();
        world.zombie = null;
        world.topics.next = FakeTopics.Outcome.DONE;
        capture();
        apply();
        drainMeansEqual();
        plainMeansEqual();
        replayHarmless();
    }

    private void capture() {
        untilAllIsPublished();
        if (world.beganAnew) {
            refreshDeleted();
        }
        // twice, so that two refreshes of a row may bear one stamp: the later one must win
        for (int i = 0; i < 2; i++) {
            world.cascade();
            refreshHidden();
        }
    }

    /** As reconcile does with what the source has no more. */
    private void refreshDeleted() {
        for (TableName table : Image.TABLES) {
            Set<String> known =
                    new TreeSet<>(world.topicInvariants.plain.get(table).keySet());
            if (table.equals(Image.A)) {
                known.add("k1"); // was loaded by others, and stands in no topic
            }
            List<String> surplus = known.stream()
                    .filter(id -> world.writer.find(table, id) == null)
                    .toList();
            if (!surplus.isEmpty()) {
                world.capture.refresh(table, surplus);
                untilAllIsPublished();
            }
        }
    }

    /** As reconcile does: asked while the stream lags, a refresh leaves out the keys that the stream has yet to publish. */
    private void refreshHidden() {
        if (!world.toRefresh.isEmpty()) {
            world.capture.refresh(Image.B, List.copyOf(world.toRefresh));
            untilAllIsPublished();
        }
    }

    private void untilAllIsPublished() {
        FakeCapture capture = world.capture;
        for (int round = 0; round < ROUNDS; round++) {
            capture.stream(Integer.MAX_VALUE);
            capture.publisher.flush();
            List.copyOf(capture.readers).forEach(world::stepReader);
            world.backfill();
            if (capture.readers.isEmpty()) {
                return;
            }
        }
        throw new Violation(Invariant.DrainMeansEqual, "chunks are never published");
    }

    private void apply() {
        for (TableName table : Image.TABLES) {
            world.assign(table, 0, 1);
            toTheEnd(world.appliers.get(world.appliers.size() - 1), table);
        }
        if (world.wiring.retriesHeld()) {
            world.target.retryHeld(false);
        }
    }

    private void toTheEnd(FakeApplier owner, TableName table) {
        for (int i = 0; i < FakeTopics.PARTITIONS; ) {
            owner.fetch(1 + world.random.nextInt(12));
            if (owner.apply(false) != FakeTarget.End.COMMITTED) {
                throw new Violation(Invariant.NoSurprise, "the only owner was fenced");
            }
            while (i < FakeTopics.PARTITIONS
                    && world.target.progress(table, i).next()
                            == world.topics.rows.get(table).get(i).size()) {
                i++;
            }
        }
    }

    private void replayHarmless() {
        TargetState before = world.target.state;
        Random random = world.random;
        for (TableName table : Image.TABLES) {
            for (int i = 0; i < FakeTopics.PARTITIONS; i++) {
                world.replay(table, i);
            }
            world.assign(table, 0, 1);
            FakeApplier owner = world.appliers.get(world.appliers.size() - 1);
            toTheEnd(owner, table);
        }
        if (random.nextBoolean() && world.wiring.retriesHeld()) {
            world.target.retryHeld(false);
        }
        if (!before.sameRows(world.target.state)) {
            throw new Violation(
                    Invariant.ReplayHarmless,
                    "from " + before.live + before.deferred + " to " + world.target.state.live
                            + world.target.state.deferred);
        }
    }

    private void drainMeansEqual() {
        TargetState state = world.target.state;
        List<String> rows = new ArrayList<>();
        List<Known> waiting = new ArrayList<>();
        for (TableName table : Image.TABLES) {
            for (Image row : world.source.latest.get(table).values()) {
                if (row.f().equals("out")) {
                    continue;
                }
                String identity = identity(table, row.id());
                Live live = state.live.get(identity);
                Known known = new Known(identity, source(table));
                if (live != null && live.version().source() != source(table)) {
                    Deferred<Image> deferred = state.deferred.get(known);
                    if (deferred == null
                            || deferred.kind() != Deferred.Kind.COLLISION
                            || !row.equals(deferred.change().image())) {
                        throw new Violation(Invariant.DrainMeansEqual, row + " collides, there is " + deferred);
                    }
                    waiting.add(known);
                } else {
                    if (live == null || !live.image().equals(row)) {
                        throw new Violation(
                                Invariant.DrainMeansEqual,
                                row + " is " + live + " in the target, put aside " + state.deferred.get(known));
                    }
                    rows.add(identity);
                }
            }
        }
        state.live.forEach((identity, live) -> {
            if (live.version().source() <= 2 && !rows.contains(identity)) {
                throw new Violation(Invariant.DrainMeansEqual, live + " is not in the source");
            }
        });
        state.deferred.forEach((known, deferred) -> {
            if (!waiting.contains(known)) {
                throw new Violation(Invariant.DrainMeansEqual, deferred + " still waits");
            }
        });
    }

    private void plainMeansEqual() {
        for (TableName table : Image.TABLES) {
            if (world.beganAnew) {
                // nobody tells a consumer that a key was written otherwise before: to the source it is the same key
                Set<String> written = world.source.latest.get(table).keySet();
                world.topicInvariants
                        .plain
                        .get(table)
                        .keySet()
                        .removeIf(id -> !written.contains(id) && world.writer.find(table, id) != null);
            }
            if (!world.topicInvariants.plain.get(table).equals(world.source.latest.get(table))) {
                throw new Violation(
                        Invariant.DrainMeansEqual,
                        table + " of a consumer without guard is " + world.topicInvariants.plain.get(table)
                                + ", the source has " + world.source.latest.get(table));
            }
        }
    }
}
