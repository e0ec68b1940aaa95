package io.changeover.transport.topic;

import io.changeover.transport.event.MessageForm;
import java.time.Duration;

/**
 * What is asked of a pipeline's topics.
 *
 * @param partitions of each row topic
 * @param replication replicas of every partition; {@link #BROKER_DEFAULT}: as the brokers are set
 * @param retention how long rows and DDL stay readable; whole milliseconds
 * @param maxMessageBytes largest record batch of a row topic
 * @param form how row messages show the values that have several forms
 * @param tombstones whether a record with a null value follows the message of a delete, for the topic to be compacted
 */
public record TopicSettings(
        int partitions,
        int replication,
        Duration retention,
        int maxMessageBytes,
        MessageForm form,
        boolean tombstones) {

    /** Kafka's own number for "default.replication.factor of the broker". */
    public static final int BROKER_DEFAULT = -1;

    public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    public TopicSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions < 1: " + partitions);
        }
        if (replication != BROKER_DEFAULT && (replication < 1 || replication > Short.MAX_VALUE)) {
            throw new IllegalArgumentException("replication < 1: " + replication);
        }
        if (retention.toMillis() < 1) {
            throw new IllegalArgumentException("retention is not positive: " + retention);
        }
        if (maxMessageBytes < 1024) {
            throw new IllegalArgumentException("maxMessageBytes < 1024: " + maxMessageBytes);
        }
    }

    public TopicSettings(int partitions, int replication, Duration retention) {
        this(partitions, replication, retention, DEFAULT_MAX_MESSAGE_BYTES, MessageForm.CANAL, false);
    }

    /** The same with other messages. */
    public TopicSettings with(MessageForm otherForm, boolean withTombstones) {
        return new TopicSettings(partitions, replication, retention, maxMessageBytes, otherForm, withTombstones);
    }
}
