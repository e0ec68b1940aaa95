package io.changeover.transport.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as it is to be created.
 *
 * @param configs properties of the topic
 * @param strict whether a topic with other properties would lose what the pipeline stands on, and so is refused
 */
public record TopicSpec(String name, int partitions, int replication, Map<String, String> configs, boolean strict) {

    public TopicSpec {
        configs = Map.copyOf(configs);
    }

    /** A table's change events. */
    public static TopicSpec rows(String name, TopicSettings asked) {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put(TopicConfig.RETENTION_MS_CONFIG, millis(asked.retention()));
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(asked.maxMessageBytes()));
        if (asked.tombstones()) {
            // for whoever has the topic compacted: a late reader, our apply among them, never sees a delete that its
            // tombstone has swept away, so it stays as long as rows do
            configs.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, millis(asked.retention()));
            configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, millis(asked.retention()));
        }
        return new TopicSpec(name, asked.partitions(), asked.replication(), configs, false);
    }

    /** DDL, readable as long as the rows are. */
    public static TopicSpec ddl(String name, TopicSettings asked) {
        return single(name, asked, TopicConfig.CLEANUP_POLICY_DELETE, millis(asked.retention()), false);
    }

    /** The newest record of each key, for ever. */
    public static TopicSpec compacted(String name, TopicSettings asked) {
        return single(name, asked, TopicConfig.CLEANUP_POLICY_COMPACT, "-1", true);
    }

    /** Every record, for ever. */
    public static TopicSpec kept(String name, TopicSettings asked) {
        return single(name, asked, TopicConfig.CLEANUP_POLICY_DELETE, "-1", true);
    }

    /** Requests to capture. */
    public static TopicSpec signals(String name, TopicSettings asked) {
        return single(name, asked, TopicConfig.CLEANUP_POLICY_DELETE, millis(asked.retention()), false);
    }

    private static TopicSpec single(String name, TopicSettings asked, String policy, String retention, boolean strict) {
        Map<String, String> configs = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                policy,
                TopicConfig.RETENTION_MS_CONFIG,
                retention,
                TopicConfig.RETENTION_BYTES_CONFIG,
                "-1",
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(asked.maxMessageBytes()));
        return new TopicSpec(name, 1, asked.replication(), configs, strict);
    }

    private static String millis(Duration retention) {
        return Long.toString(retention.toMillis());
    }
}
