package io.changeover.deploy.simulation;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.FencedException;
import io.changeover.apply.guard.GuardedApply;
import io.changeover.apply.guard.HeldRows.Shelf;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.TargetServer;
import io.changeover.deploy.simulation.FakeTopics.Message;
import io.changeover.deploy.simulation.TargetState.Progress;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The target server: transactions one after the other, as row locks make them. */
final class FakeTarget {

    /** How a transaction ends. */
    enum End {
        COMMITTED,
        CRASHED,
        FENCED
    }

    TargetState state = new TargetState();
    private final FakeTopics topics;
    private final Wiring wiring;
    private final TargetInvariants invariants;
    private int retries;

    FakeTarget(FakeTopics topics, Wiring wiring) {
        this.topics = topics;
        this.wiring = wiring;
        invariants = new TargetInvariants(topics);
        for (TableName table : Image.TABLES) {
            for (int i = 0; i < FakeTopics.PARTITIONS; i++) {
                state.progress.put(table + "-" + i, new Progress(0, 0, 0));
            }
        }
    }

    Progress progress(TableName table, int partition) {
        return state.progress.get(table + "-" + partition);
    }

    /** A new owner of a partition, or a replay: sets the row and raises the epoch. */
    Progress own(TableName table, int partition, long next) {
        Progress before = progress(table, partition);
        Progress now = new Progress(next, before.epoch() + 1, before.counter() + 1);
        state.progress.put(table + "-" + partition, now);
        return now;
    }

    End apply(TableName table, List<ProgressStep> steps, boolean crash) {
        List<Change<Image>> changes = new ArrayList<>();
        for (ProgressStep step : steps) {
            List<Message> messages = topics.rows.get(table).get(step.partition());
            for (Message message : messages.subList((int) step.from(), (int) step.to())) {
                if (message != null) {
                    changes.add(Mapping.change(message.event()));
                }
            }
        }
        TargetState before = state;
        FakeTransaction transaction = new FakeTransaction(state.copy());
        try {
            guard(transaction).apply(steps, changes, List.of());
        } catch (FencedException e) {
            return End.FENCED;
        }
        if (crash) {
            if (!wiring.rollsBackProgress()) {
                state.progress.putAll(transaction.state.progress);
                invariants.progressed(state);
            }
            return End.CRASHED;
        }
        state = transaction.state;
        steps.forEach(step -> invariants.owned(step, before));
        invariants.committed(before, state, Image.source(table));
        return End.COMMITTED;
    }

    int retryHeld(boolean crash) {
        TargetState before = state;
        FakeTransaction transaction = new FakeTransaction(state.copy());
        int settled = guard(transaction).retryHeld(retries++ % 2 == 0);
        if (!crash) {
            state = transaction.state;
            invariants.committed(before, state, TargetInvariants.ANY);
        }
        return settled;
    }

    private GuardedApply<Image> guard(FakeTransaction transaction) {
        return new GuardedApply<>(List.of(new OnlyServer(wiring.target(transaction))), false);
    }

    /** The one server, whose transaction is committed by the caller. */
    private record OnlyServer(Shelf<Image> shelf) implements TargetServer<Image> {

        @Override
        public Set<Integer> places() {
            return Set.of(0);
        }

        @Override
        public List<ProgressStep> steps(Collection<ProgressStep> asked) {
            return List.copyOf(asked);
        }

        @Override
        public void advanced(List<ProgressStep> steps) {}

        @Override
        public <T> T inTransaction(Function<Shelf<Image>, T> work) {
            return work.apply(shelf);
        }
    }
}
