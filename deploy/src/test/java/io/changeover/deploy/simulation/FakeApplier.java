package io.changeover.deploy.simulation;

import io.changeover.apply.guard.ProgressStep;
import io.changeover.deploy.simulation.FakeTarget.End;
import io.changeover.deploy.simulation.TargetState.Progress;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.List;

/** An owner of one or both partitions of a table, with the batch that it has fetched and not yet committed. */
final class FakeApplier {

    private static final class Assigned {
        private final int partition;
        private final long epoch;
        private long from;
        private long to;

        Assigned(int partition, Progress progress) {
            this.partition = partition;
            this.epoch = progress.epoch();
            this.from = progress.next();
            this.to = progress.next();
        }
    }

    final TableName table;
    private final FakeTopics topics;
    private final FakeTarget target;
    private final List<Assigned> assigned = new ArrayList<>();

    FakeApplier(TableName table, int[] partitions, FakeTopics topics, FakeTarget target) {
        this.table = table;
        this.topics = topics;
        this.target = target;
        for (int partition : partitions) {
            long next = target.progress(table, partition).next();
            assigned.add(new Assigned(partition, target.own(table, partition, next)));
        }
    }

    void fetch(int most) {
        for (Assigned own : assigned) {
            int end = topics.rows.get(table).get(own.partition).size();
            own.to = Math.min(end, own.to + most);
        }
    }

    End apply(boolean crash) {
        List<ProgressStep> steps = new ArrayList<>();
        for (Assigned own : assigned) {
            steps.add(new ProgressStep(table.toString(), own.partition, own.from, own.to, own.epoch));
        }
        End end = target.apply(table, steps, crash);
        if (end == End.COMMITTED) {
            assigned.forEach(own -> own.from = own.to);
        }
        return end;
    }
}
