package io.changeover.capture.publish;

import io.changeover.capture.schema.HistoryEntry;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a source has published, read from its topics once they are fenced.
 *
 * @param position null before the first start
 * @param marks by key
 * @param history what counts of it; nothing where the source {@linkplain #beginsAnew() begins anew}
 */
public record Durable(@Nullable SourcePosition position, Map<String, String> marks, List<HistoryEntry> history) {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    public Durable {
        marks = Map.copyOf(marks);
        history = List.copyOf(history);
    }

    /** @throws ChangeoverException (18, 19) when the topics hold less than the position says, and nobody acknowledged that */
    public static Durable read(Map<String, String> kafka, String source, SourceTopics topics) {
        Progress progress = ProgressTopic.readLatest(kafka, topics.progress(), TIMEOUT);
        SourcePosition position = progress.position().orElse(null);
        Set<String> names = new HashSet<>(topics.rows().values());
        names.add(topics.history());
        names.add(topics.ddl());
        Map<String, Long> ends = TopicEnds.read(kafka, names, "source " + source);
        if (position == null) {
            requireNothing(source, topics, ends);
            return new Durable(null, progress.marks(), List.of());
        }
        if (isAcknowledged(progress.marks())) {
            long historyFrom = ends.getOrDefault(topics.history() + "-0", 0L);
            return new Durable(position.over(ends, historyFrom), progress.marks(), List.of());
        }
        requireEnds(source, topics, position, names, ends);
        return new Durable(position, progress.marks(), history(kafka, source, topics, position.historyFrom()));
    }

    /** Whether an operator has acknowledged that the source cannot go on from its position. */
    public boolean beginsAnew() {
        return isAcknowledged(marks);
    }

    private static boolean isAcknowledged(Map<String, String> marks) {
        return CaptureStop.ofSource(marks).filter(CaptureStop::lifted).isPresent();
    }

    /** A source without a position has published nothing; else the position was lost, and with it the versions' order. */
    private static void requireNothing(String source, SourceTopics topics, Map<String, Long> ends) {
        ends.forEach((partition, end) -> {
            if (end > 0) {
                throw damaged(
                        source,
                        topics.progress(),
                        "there is no position, and " + partition + " was written up to offset " + end,
                        null);
            }
        });
    }

    private static List<HistoryEntry> history(
            Map<String, String> kafka, String source, SourceTopics topics, long from) {
        List<HistoryEntry> entries = new ArrayList<>();
        List<ConsumerRecord<String, String>> records;
        try (TopicTail tail = new TopicTail(kafka, topics.history(), TIMEOUT)) {
            records = tail.toEnd();
        }
        for (ConsumerRecord<String, String> record : records) {
            if (record.offset() < from) {
                continue;
            }
            try {
                entries.add(HistoryEntry.parse(record.value()));
            } catch (IllegalArgumentException e) {
                throw damaged(source, topics.history(), "offset " + record.offset() + " cannot be read", e);
            }
        }
        return entries;
    }

    /** A topic that ends before the recorded end was cut, deleted, or made anew. */
    private static void requireEnds(
            String source, SourceTopics topics, SourcePosition position, Set<String> names, Map<String, Long> ends) {
        List<Problem> problems = new ArrayList<>();
        position.endOffsets().forEach((partition, recorded) -> {
            String topic = partition.substring(0, partition.lastIndexOf('-'));
            if (!names.contains(topic)) {
                return; // of a table that is no longer captured
            }
            long end = ends.getOrDefault(partition, 0L);
            if (end < recorded) {
                problems.add(new Problem(
                        topic.equals(topics.history()) ? ExitCode.POSITION_DAMAGED : ExitCode.TOPIC_CHANGED,
                        "source " + source + ", partition " + partition,
                        "ends at offset " + end + ", and " + recorded
                                + " was reached: records that were published are gone",
                        "restore the topic; if that cannot be: " + CaptureStop.ACKNOWLEDGE));
            }
        });
        if (!problems.isEmpty()) {
            throw new ChangeoverException(problems);
        }
    }

    private static ChangeoverException damaged(String source, String topic, String cause, @Nullable Throwable error) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.POSITION_DAMAGED,
                        "source " + source + ", topic " + topic,
                        cause,
                        "restore the topic's records; if that cannot be: " + CaptureStop.ACKNOWLEDGE),
                error);
    }
}
