package io.changeover.transport.position;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.TopicTail;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source's progress topic: the newest position and the newest mark of every key. A record without a value takes its
 * mark away. After an exception, close it and begin anew. Confined to one thread.
 */
public final class ProgressTopic implements AutoCloseable {

    /** Record key of the position. */
    public static final String POSITION = "position";

    private final String topic;
    private final TopicTail tail;
    private final Map<String, String> marks = new TreeMap<>();
    private @Nullable String position;
    private Progress present = Progress.none();

    /**
     * @param kafka properties of the clients
     * @param timeout how long the brokers may take to answer
     */
    public ProgressTopic(Map<String, String> kafka, String topic, Duration timeout) {
        this.topic = topic;
        this.tail = new TopicTail(kafka, topic, timeout);
    }

    /**
     * The progress as of now, in one go.
     *
     * @throws ChangeoverException 12, 13 when the brokers refuse or do not answer; 18 when the position cannot be read
     */
    public static Progress readLatest(Map<String, String> kafka, String topic, Duration timeout) {
        try (ProgressTopic progress = new ProgressTopic(kafka, topic, timeout)) {
            return progress.latest();
        }
    }

    /**
     * The marks as of now, also where the position cannot be read.
     *
     * @throws ChangeoverException 12, 13 when the brokers refuse or do not answer
     */
    public static Map<String, String> readMarks(Map<String, String> kafka, String topic, Duration timeout) {
        try (ProgressTopic progress = new ProgressTopic(kafka, topic, timeout)) {
            progress.note(progress.tail.toEnd());
            return Map.copyOf(progress.marks);
        }
    }

    /** The progress as of this call. */
    public Progress latest() {
        return take(tail.toEnd());
    }

    /** Waits for news, at most {@code limit}, and gives the progress then. Begin with {@link #latest()}. */
    public Progress follow(Duration limit) {
        return take(tail.next(limit));
    }

    private Progress take(List<ConsumerRecord<String, String>> records) {
        if (records.isEmpty()) {
            return present;
        }
        note(records);
        present = new Progress(
                Optional.ofNullable(position).map(text -> SourcePositionJson.decode(text, "topic " + topic)), marks);
        return present;
    }

    private void note(List<ConsumerRecord<String, String>> records) {
        for (ConsumerRecord<String, String> record : records) {
            if (POSITION.equals(record.key())) {
                position = record.value();
            } else if (record.value() == null) {
                marks.remove(record.key());
            } else {
                marks.put(record.key(), record.value());
            }
        }
    }

    @Override
    public void close() {
        tail.close();
    }
}
