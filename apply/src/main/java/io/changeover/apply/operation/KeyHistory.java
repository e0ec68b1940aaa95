package io.changeover.apply.operation;

import io.changeover.apply.stream.Received;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.topic.TopicLog;
import io.changeover.transport.topic.TopicLog.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The last messages of one key.
 *
 * @param messages oldest first; those that cannot be understood have an error instead of an event
 * @param searchedFrom everything from this offset on was looked at
 */
public record KeyHistory(int partition, Range log, long searchedFrom, List<Received> messages) {

    private static final long WINDOW = 50_000;

    public KeyHistory {
        messages = List.copyOf(messages);
    }

    /** The partition in which Kafka's producers put a key. */
    public static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /**
     * Searches the key's partition from its end backwards, window by window, until one has messages of the key.
     *
     * @param most messages to keep
     * @param limit the most offsets to look at
     */
    public static KeyHistory search(TopicLog topic, String key, int most, long limit) {
        Map<Integer, Range> ranges = topic.ranges();
        int partition = partition(key, ranges.size());
        Range log = ranges.getOrDefault(partition, new Range(0, 0));
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        long to = log.end();
        long lowest = Math.max(log.start(), log.end() - limit);
        Deque<Received> found = new ArrayDeque<>();
        while (found.isEmpty() && to > lowest) {
            long from = Math.max(lowest, to - WINDOW);
            topic.read(partition, from, to, record -> {
                if (Arrays.equals(bytes, record.key())) {
                    found.add(decoded(new Received(
                            record.topic(), record.partition(), record.offset(), record.value(), null, null)));
                    if (found.size() > most) {
                        found.remove();
                    }
                }
            });
            to = from;
        }
        return new KeyHistory(partition, log, to, new ArrayList<>(found));
    }

    private static Received decoded(Received raw) {
        byte @Nullable [] value = raw.value();
        if (value == null) {
            return new Received(raw.topic(), raw.partition(), raw.offset(), new byte[0], null, "no value");
        }
        try {
            ChangeEvent event = new CanalJsonDecoder().decode(value);
            return new Received(raw.topic(), raw.partition(), raw.offset(), value, event, null);
        } catch (UndecodableMessage e) {
            return new Received(raw.topic(), raw.partition(), raw.offset(), value, null, e.getMessage());
        }
    }
}
