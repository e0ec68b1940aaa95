package io.changeover.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.guard.ProgressStep;
import io.changeover.deploy.simulation.FakeTarget.End;
import io.changeover.deploy.simulation.FakeTopics.Message;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Courses of events that must be named; each ends with the drain, which judges the rest. */
@Tag("simulation")
class PipelineScenarioTest {

    private static final TableName A = Image.A;

    private World world = new World(new Random(1), new Wiring(), 0);

    @Test
    void chunkReadBeforeAnUpdateAndADeleteThatTheStreamPublishesFirst_leavesBothRowsOut() {
        write("k0", "u0");
        write("k1", "u1");
        publish();
        FakeReader reader = world.capture.refresh(A, List.of("k0", "k1"));
        reader.step();
        assertThat(reader.viewIsOpen()).isTrue();
        write("k0", "u2");
        delete("k1");
        publish();

        reader.step();

        assertThat(reader.step().rows()).isZero();
        assertThat(messages("k0"))
                .hasSize(2)
                .noneMatch(m -> m.event().provenance().origin() == Origin.REFRESH);
        new Drain(world).run();
    }

    @Test
    void resumeInsideATransactionThatChangesOneKeyTwice_publishesEachChangeOnce() {
        world.writer.set(A, "k0", "u0");
        world.writer.set(A, "k0", "u1");
        world.writer.commit();
        world.capture.stream(1);
        world.capture.publisher.flush();

        world.crashCapture(false);
        publish();

        assertThat(messages("k0")).extracting(m -> m.event().version().row()).containsExactly(0, 1);
        new Drain(world).run();
    }

    @Test
    void zombieThatInsertsAfterTheNewOwnersDelete_isFenced() {
        insertHeldByAZombieAndDeleteByTheNewOwner();

        assertThat(world.appliers.get(0).apply(false)).isEqualTo(End.FENCED);

        assertThat(world.target.state.live).doesNotContainKey("k0");
        new Drain(world).run();
    }

    @Test
    void zombieThatNobodyFences_isRefusedByTheTombstone() {
        world = new World(
                new Random(1),
                new FaultyTarget() {
                    @Override
                    public boolean advance(ProgressStep step) {
                        return true;
                    }
                },
                0);
        insertHeldByAZombieAndDeleteByTheNewOwner();

        try {
            world.appliers.get(0).apply(false);
        } catch (Violation fenceIsMissing) {
            assertThat(fenceIsMissing.invariant()).isEqualTo(Invariant.OneOwner);
        }

        assertThat(world.target.state.live).doesNotContainKey("k0");
    }

    private void insertHeldByAZombieAndDeleteByTheNewOwner() {
        write("k0", "u0");
        publish();
        world.assign(A, 0, 1);
        world.appliers.get(0).fetch(100);
        delete("k0");
        publish();
        world.assign(A, 0, 1);
        world.appliers.get(1).fetch(100);
        assertThat(world.appliers.get(1).apply(false)).isEqualTo(End.COMMITTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void restartBetweenTheStartOfTheSnapshotAndItsFirstStreamRow_losesNothing(int steps) {
        world = new World(new Random(7), new Wiring(), 4);
        world.backfill();
        FakeReader reader = world.capture.readers.get(0);
        for (int i = 0; i < steps; i++) {
            reader.step();
        }

        world.crashCapture(true);
        write("k0", null);
        world.zombieCaptures();

        Version beforeTheFirstRow = new Version(1, 1, 0, Version.WHOLE_TRANSACTION);
        assertThat(world.topics.rows.get(A).stream().flatMap(List::stream).filter(m -> m != null))
                .allMatch(m -> m.event().version().equals(beforeTheFirstRow));
        new Drain(world).run();
    }

    @Test
    void twoRowsThatSwapAUniqueValueAcrossPartitions_areHeldAndThenWrittenTogether() {
        write("k0", "u0");
        write("k1", "u1");
        publish();
        assertThat(world.topics.partition(A, "{\"id\":\"k0\"}"))
                .isNotSameAs(world.topics.partition(A, "{\"id\":\"k1\"}"));
        world.assign(A, 0);
        world.assign(A, 1);
        applyAll();
        world.writer.swapUnique(A, world.writer.find(A, "k0"), world.writer.find(A, "k1"));
        world.writer.commit();
        publish();
        applyAll();
        assertThat(world.target.state.deferred).hasSize(2);

        assertThat(world.target.retryHeld(false)).isEqualTo(2);

        assertThat(world.target.state.deferred).isEmpty();
        assertThat(world.target.state.live.get("k0").image().u()).isEqualTo("u1");
        assertThat(world.target.state.live.get("k1").image().u()).isEqualTo("u0");
        new Drain(world).run();
    }

    private void write(String key, String u) {
        world.writer.set(A, key, u);
        world.writer.commit();
    }

    private void delete(String key) {
        world.writer.put(A, key, true);
        world.writer.commit();
    }

    private void publish() {
        world.source.settle();
        world.capture.stream(Integer.MAX_VALUE);
        world.capture.publisher.flush();
    }

    private void applyAll() {
        for (FakeApplier applier : world.appliers) {
            applier.fetch(100);
            assertThat(applier.apply(false)).isEqualTo(End.COMMITTED);
        }
    }

    private List<Message> messages(String id) {
        String key = "{\"id\":\"" + id + "\"}";
        List<Message> messages = new ArrayList<>(world.topics.partition(A, key));
        messages.removeIf(message -> message == null || !message.key().equals(key));
        return messages;
    }
}
