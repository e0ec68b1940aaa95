package io.changeover.deploy.simulation;

import io.changeover.capture.publish.ChunkOutcome;
import io.changeover.deploy.simulation.TargetState.Live;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/** Source, topics and target of one simulated run, with the processes that work on them. */
final class World {

    final Random random;
    final Wiring wiring;
    final FakeSource source = new FakeSource();
    final Writer writer;
    final TopicInvariants topicInvariants = new TopicInvariants(source);
    final FakeTopics topics = new FakeTopics(topicInvariants);
    final FakeTarget target;
    /** Owners of partitions, older ones (zombies) included. */
    final List<FakeApplier> appliers = new ArrayList<>();

    final Set<String> toRefresh = new TreeSet<>();
    /** Whether a source has begun anew: nobody was told of what was deleted before. */
    boolean beganAnew;

    FakeCapture capture;
    FakeCapture zombie;

    /** A source with some history, of which capture knows nothing but where it ends. */
    World(Random random, Wiring wiring, int historyBefore) {
        this.random = random;
        this.wiring = wiring;
        writer = new Writer(source, random);
        target = new FakeTarget(topics, wiring);
        for (int i = 0; i < historyBefore; i++) {
            writer.transaction();
        }
        source.settle();
        start();
    }

    void start() {
        topicInvariants.checkedFrom = source.history.size();
        topics.position = SourcePosition.startingAt(source.gtidExecuted, source.gtidExecuted);
        target.state.live.put("z", new Live(new Image("z", "u9", "", 0, "d"), new Version(9, 1, 1, 0)));
        if (writer.find(Image.A, "k1") != null) {
            target.state.live.put("k1", new Live(new Image("k1", null, "", 0, "d"), Version.NONE));
        }
        capture = new FakeCapture(source, topics, wiring);
    }

    void write(Runnable transaction) {
        while (!source.caughtUp()) {
            source.step();
        }
        transaction.run();
    }

    void cascade() {
        if (capture.readers.stream().anyMatch(FakeReader::viewIsOpen)) {
            return;
        }
        source.settle();
        String key = writer.cascade();
        if (key != null) {
            toRefresh.add(key);
        }
    }

    void failOver() {
        if (source.server + 1 < FakeSource.SERVERS.length) {
            source.failOver(Math.max(source.lastHidden, source.history.size() - random.nextInt(4)));
            capture.seek(0);
        }
    }

    void capturing(Runnable work) {
        try {
            work.run();
        } catch (FakeTopics.AppendFailed e) {
            crashCapture(false);
        }
    }

    void crashCapture(boolean lingers) {
        if (lingers) {
            zombie = capture;
        }
        capture = new FakeCapture(source, topics, wiring);
        capture.seek(random.nextInt(3));
    }

    /** Transactions that were not read are gone from the binlogs; an operator acknowledges it, and all rows are read anew. */
    void beginAnew() {
        source.settle();
        zombie = capture;
        topics.position = wiring.acknowledged(topics.position, source.gtidExecuted);
        topics.marks.clear();
        topicInvariants.beganAnew();
        capture = new FakeCapture(source, topics, wiring);
        beganAnew = true;
    }

    /** A capture that was replaced and does not know it. */
    void zombieCaptures() {
        if (zombie == null) {
            return;
        }
        try {
            zombie.stream(1 + random.nextInt(3));
            FakeReader reader = zombie.anyReader(random);
            if (reader != null && random.nextBoolean()) {
                reader.step();
            }
            if (random.nextInt(3) == 0) {
                zombie.publisher.flush();
            }
        } catch (ChangeoverException e) {
            zombie = null;
            if (e.code() != ExitCode.FENCED) {
                throw e;
            }
        } catch (IllegalStateException | CompletionException e) {
            zombie = null;
        }
    }

    void backfill() {
        for (TableName table : Image.TABLES) {
            for (int part = 0; part < 2; part++) {
                int wanted = part;
                boolean reads = capture.readers.stream()
                        .anyMatch(reader -> reader.origin == Origin.BACKFILL
                                && reader.table.equals(table)
                                && reader.part == wanted);
                if (!reads && !topics.marks.contains(FakeReader.mark(table, part))) {
                    capture.backfill(table, part);
                    return;
                }
            }
        }
    }

    void refresh(TableName table, List<String> keys) {
        if (capture.readers.size() < 5) {
            capture.refresh(table, keys);
        }
    }

    void stepReader(FakeReader reader) {
        if (reader == null) {
            return;
        }
        ChunkOutcome outcome = reader.step();
        if (outcome != null) {
            capture.readers.remove(reader);
            if (!outcome.again().isEmpty()) {
                capture.refresh(
                        reader.table,
                        outcome.again().stream().map(row -> row.get(0)).toList());
            }
        }
    }

    /** A rebalance; the owner of before goes on with what it has, until it finds out. */
    void assign(TableName table, int... partitions) {
        appliers.add(new FakeApplier(table, partitions, topics, target));
        if (appliers.size() > 8) {
            appliers.remove(0);
        }
    }

    void apply(FakeApplier applier, boolean crash) {
        if (applier.apply(crash) != FakeTarget.End.COMMITTED) {
            appliers.remove(applier);
        }
    }

    /** An operator sets a partition back. */
    void replay(TableName table, int partition) {
        long next = target.progress(table, partition).next();
        target.own(table, partition, random.nextInt((int) next + 1));
    }
}
