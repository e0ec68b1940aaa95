package io.changeover.deploy.simulation;

import io.changeover.capture.publish.PublishBatch;
import io.changeover.capture.publish.PublishLog;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topics of the source: two row topics of two partitions, the position and the marks. Fences older writers. */
final class FakeTopics {

    static final int PARTITIONS = 2;

    /** A message; null stands for a transaction marker. */
    record Message(String key, ChangeEvent event) {}

    /** What the test wants the next append to do. */
    enum Outcome {
        DONE,
        LOST,
        DONE_UNKNOWN
    }

    static final class AppendFailed extends RuntimeException {
        AppendFailed() {
            super("the outcome is unknown", null, false, false);
        }
    }

    final Map<TableName, List<List<Message>>> rows = new HashMap<>();
    final Set<String> marks = new HashSet<>();
    private final TopicInvariants invariants;
    SourcePosition position;
    Outcome next = Outcome.DONE;
    private int epoch;

    FakeTopics(TopicInvariants invariants) {
        this.invariants = invariants;
        for (TableName table : Image.TABLES) {
            List<List<Message>> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new ArrayList<>());
            }
            rows.put(table, partitions);
        }
    }

    /** A new owner: from now on every older one is refused. */
    PublishLog takeOver() {
        int own = ++epoch;
        return batch -> append(own, batch);
    }

    private SourcePosition append(int writer, PublishBatch batch) {
        if (writer != epoch) {
            throw new ChangeoverException(
                    new Problem(ExitCode.FENCED, "simulation", "another writer took over", "stop this one"));
        }
        invariants.attempted(batch);
        Outcome outcome = next;
        next = Outcome.DONE;
        if (outcome == Outcome.LOST) {
            throw new AppendFailed();
        }
        SourcePosition reached = write(batch);
        invariants.positionIs(position);
        if (outcome == Outcome.DONE_UNKNOWN) {
            throw new AppendFailed();
        }
        return reached;
    }

    private SourcePosition write(PublishBatch batch) {
        List<List<Message>> markers = new ArrayList<>();
        for (ChangeEvent event : batch.changes()) {
            Message message = new Message(MessageKey.of(event.schema(), event.row()), event);
            List<Message> partition = partition(event.table(), message.key());
            invariants.appended(message, batch.position());
            partition.add(message);
            if (markers.stream().noneMatch(other -> other == partition)) {
                markers.add(partition);
            }
        }
        markers.forEach(partition -> partition.add(null));
        batch.marks().forEach(mark -> marks.add(mark.key()));
        Map<String, Long> ends = new HashMap<>();
        rows.forEach((table, partitions) -> {
            for (int i = 0; i < PARTITIONS; i++) {
                ends.put(table + "-" + i, (long) partitions.get(i).size());
            }
        });
        position = batch.position().withEndOffsets(ends);
        return position;
    }

    List<Message> partition(TableName table, String key) {
        return rows.get(table).get(Math.floorMod(key.hashCode(), PARTITIONS));
    }

    /** A producer without transactions sends its last messages again. */
    void sendAgain(TableName table, int partition, int count) {
        List<Message> messages = rows.get(table).get(partition);
        List<Message> again =
                List.copyOf(messages.stream().filter(message -> message != null).toList());
        messages.addAll(again.subList(Math.max(0, again.size() - count), again.size()));
    }
}
