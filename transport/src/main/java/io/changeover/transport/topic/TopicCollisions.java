package io.changeover.transport.topic;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds topics that Kafka would not tell apart: equal names, also where only {@code .} and {@code _} differ (Kafka's metric
 * names do not keep them apart, so brokers refuse the second one). Confined to one thread.
 */
public final class TopicCollisions {

    private final Map<String, String> owners = new HashMap<>();

    /** Takes the name for {@code owner}; returns who had it before, or null. */
    public @Nullable String take(String topic, String owner) {
        return owners.putIfAbsent(topic.replace('.', '_'), owner);
    }
}
