package io.changeover.apply.operation;

import io.changeover.apply.target.TargetProgress;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicLog.Range;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One partition on one target: where it stands, and where a replay puts it.
 *
 * @param from the next offset to apply; for a partition that nobody has taken yet, and for one whose progress is of an
 *     earlier topic of that name, where the topic begins
 * @param to the same afterwards
 */
public record ReplayStep(String target, String topic, int partition, State state, long from, long to, Range log) {

    /** What the progress row says. */
    public enum State {
        OPEN,
        /** by a cutover */
        CLOSED,
        /** there is none */
        NOT_BEGUN,
        /** its offsets mean nothing in the topic of now */
        OTHER_TOPIC
    }

    /** @param row null when there is none */
    static ReplayStep of(
            String target,
            String topic,
            String topicId,
            int partition,
            Range log,
            TargetProgress.@Nullable Partition row,
            ReplayGoal goal) {
        State state = state(row, topicId);
        long from = row == null || state == State.OTHER_TOPIC ? log.start() : row.nextOffset();
        return new ReplayStep(target, topic, partition, state, from, goal.offset(partition, from, log), log);
    }

    private static State state(TargetProgress.@Nullable Partition row, String topicId) {
        if (row == null) {
            return State.NOT_BEGUN;
        }
        if (!row.open()) {
            return State.CLOSED;
        }
        return row.topicId().equals(topicId) ? State.OPEN : State.OTHER_TOPIC;
    }

    /** Offsets that will be read again; markers of transactions count, too. */
    public long again() {
        return Math.max(0, Math.min(from, log.end()) - to);
    }

    /** Offsets that are in the topic and would never be applied. */
    public long skipped() {
        return Math.max(0, to - Math.max(from, log.start()));
    }

    public boolean moves() {
        // who has not begun would begin at 0, which the topic may have lost
        boolean missesBeginning = state == State.NOT_BEGUN && log.start() > 0;
        return to != from || state == State.OTHER_TOPIC || missesBeginning;
    }

    /** Why it must not be done. */
    Optional<Problem> problem(boolean skipUnapplied) {
        String place = topic + "-" + partition + " on " + target;
        if (state == State.CLOSED) {
            return Optional.of(new Problem(
                    ExitCode.USAGE, place, "a cutover has closed the partition", "nothing is applied there any more"));
        }
        if (to < log.start() || to > log.end()) {
            return Optional.of(new Problem(
                    ExitCode.USAGE,
                    place,
                    "offset " + to + " is not in the topic, which has " + log.start() + " to " + log.end(),
                    "choose one that is; --to-earliest takes the first"));
        }
        if (skipped() > 0 && !skipUnapplied) {
            return Optional.of(new Problem(
                    ExitCode.USAGE,
                    place,
                    skipped() + " messages from offset " + Math.max(from, log.start()) + " on would never be applied",
                    "go back instead; or leave them out with --skip-unapplied, then reconcile: rows will differ"));
        }
        return Optional.empty();
    }
}
