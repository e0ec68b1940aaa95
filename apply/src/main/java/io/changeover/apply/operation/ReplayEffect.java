package io.changeover.apply.operation;

import io.changeover.apply.stream.Received;
import io.changeover.apply.target.StoredRows;
import io.changeover.apply.target.StoredRows.Found;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.topic.TopicLog;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What reading messages again would do to the new rows, by the versions: of each key's newest message, whether it is newer
 * than the row in its place, or finds one to take away, and no place knows anything newer. Holds the keys' digests and a chunk of messages. Confined to one thread.
 */
public final class ReplayEffect {

    private static final int CHUNK = 500;
    private static final int TOLD = 20_000;

    /**
     * What was found.
     *
     * @param messages that were read
     * @param keys distinct ones among them
     * @param news rows that would change: written, or taken away
     * @param undecodable messages that are none
     */
    public record Count(long messages, long keys, long news, long undecodable) {}

    private final List<StoredRows> places;
    private final LongConsumer progress;
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final Set<UUID> keys = new HashSet<>();
    private final Set<UUID> news = new HashSet<>();
    private final Map<UUID, Received> newest = new LinkedHashMap<>();
    private long messages;
    private long undecodable;

    /**
     * @param places every new table that may have a row of the topic
     * @param progress is told now and then how many messages were read
     */
    public ReplayEffect(List<StoredRows> places, LongConsumer progress) {
        this.places = List.copyOf(places);
        this.progress = progress;
    }

    /** Takes a part of a partition into the count. */
    public void read(TopicLog log, int partition, long from, long to) {
        log.read(partition, from, to, this::take);
        look();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        messages++;
        if (messages % TOLD == 0) {
            progress.accept(messages);
        }
        if (record.value() == null || record.key() == null) {
            return;
        }
        try {
            ChangeEvent event = decoder.decode(record.value());
            Received received =
                    new Received(record.topic(), record.partition(), record.offset(), record.value(), event, null);
            UUID key = UUID.nameUUIDFromBytes(record.key());
            keys.add(key);
            newest.merge(key, received, ReplayEffect::newer);
        } catch (UndecodableMessage e) {
            undecodable++;
        }
        if (newest.size() >= CHUNK) {
            look();
        }
    }

    private static Received newer(Received one, Received other) {
        ChangeEvent before = one.event();
        ChangeEvent after = other.event();
        return before != null
                        && after != null
                        && before.version().sameSource(after.version())
                        && before.version().isAfter(after.version())
                ? one
                : other;
    }

    private void look() {
        List<UUID> asked = List.copyOf(newest.keySet());
        List<Received> events = List.copyOf(newest.values());
        newest.clear();
        boolean[] overtaken = new boolean[asked.size()];
        boolean[] changes = new boolean[asked.size()];
        for (StoredRows place : places) {
            List<Found> found = place.of(events);
            for (int i = 0; i < found.size(); i++) {
                Found row = found.get(i);
                overtaken[i] |= row.isOvertaken();
                changes[i] |= row.wouldChange();
            }
        }
        for (int i = 0; i < asked.size(); i++) {
            if (changes[i] && !overtaken[i]) {
                news.add(asked.get(i));
            }
        }
    }

    /** Of everything that was read. */
    public Count count() {
        return new Count(messages, keys.size(), news.size(), undecodable);
    }
}
