package io.changeover.apply.operation;

import io.changeover.transport.topic.TopicLog;
import io.changeover.transport.topic.TopicLog.Range;
import java.time.Instant;
import java.util.Map;

/** Where a replay shall put a partition. */
public interface ReplayGoal {

    /**
     * The next offset to apply.
     *
     * @param from the present one
     */
    long offset(int partition, long from, Range log);

    static ReplayGoal to(long offset) {
        return (partition, from, log) -> offset;
    }

    static ReplayGoal toEarliest() {
        return (partition, from, log) -> log.start();
    }

    static ReplayGoal toLatest() {
        return (partition, from, log) -> log.end();
    }

    static ReplayGoal shiftBy(long messages) {
        return (partition, from, log) -> from + messages;
    }

    /** What is behind that time stays there: it comes to the time's messages anyway. */
    static ReplayGoal toTime(TopicLog topic, Instant time) {
        Map<Integer, Long> offsets = topic.at(time);
        return (partition, from, log) -> Math.min(from, offsets.getOrDefault(partition, from));
    }
}
