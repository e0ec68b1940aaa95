package io.changeover.transport.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** Waits until topics can be written to. */
record TopicLeaders(Admin admin, Duration timeout) {

    private static final long PAUSE_MILLIS = 50;

    /** The topics' ids by name; empty when a partition had no leader in time. */
    Optional<Map<String, Uuid>> await(List<String> topics) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Optional<Map<String, Uuid>> ids = ids(topics);
        while (ids.isEmpty() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            ids = ids(topics);
        }
        return ids;
    }

    private Optional<Map<String, Uuid>> ids(List<String> topics) {
        Map<String, TopicDescription> described;
        try {
            described = admin.describeTopics(topics).allTopicNames().get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return Optional.empty();
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
        Map<String, Uuid> ids = new HashMap<>();
        described.forEach((name, topic) -> {
            if (topic.partitions().stream().allMatch(TopicLeaders::hasLeader)) {
                ids.put(name, topic.topicId());
            }
        });
        return ids.size() == topics.size() ? Optional.of(ids) : Optional.empty();
    }

    private static boolean hasLeader(TopicPartitionInfo partition) {
        return partition.leader() != null && !partition.leader().isEmpty();
    }
}
