package io.changeover.apply;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Which topic a name stands for: offsets mean nothing in another one of the same name, or with more partitions. */
public record TopicIdentity(String id, int partitions) {

    /** @throws ChangeoverException when there is no such topic (13: it may come), or Kafka cannot be asked (12, 13) */
    public static TopicIdentity of(Admin admin, String topic) {
        try {
            Map<String, TopicDescription> all =
                    admin.describeTopics(List.of(topic)).allTopicNames().get(30, TimeUnit.SECONDS);
            TopicDescription found = Objects.requireNonNull(all.get(topic));
            return new TopicIdentity(
                    found.topicId().toString(), found.partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw problem(
                        ExitCode.UNREACHABLE, topic, "the topic does not exist", "create it: `changeover prepare`");
            }
            ExitCode code = e.getCause() instanceof AuthorizationException ? ExitCode.DENIED : ExitCode.UNREACHABLE;
            throw problem(code, topic, "Kafka says: " + e.getCause(), "check brokers, ACLs and the kafka settings");
        } catch (TimeoutException e) {
            throw problem(ExitCode.UNREACHABLE, topic, "no answer from Kafka", "check that the brokers run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Kafka for " + topic, e);
        }
    }

    /**
     * @return false while Kafka cannot be asked
     * @throws ChangeoverException (19) when the topic is another one now
     */
    boolean requireUnchanged(Admin admin, String topic) {
        TopicIdentity now;
        try {
            now = of(admin, topic);
        } catch (ChangeoverException e) {
            return false; // Streams waits for Kafka, too; a deleted topic shows when it is made again
        }
        if (!now.id().equals(id)) {
            throw problem(
                    ExitCode.TOPIC_CHANGED,
                    topic,
                    "the topic was deleted and made again: its id is " + now.id() + ", not " + id,
                    "replay it from its beginning (`changeover replay --to-earliest --execute`), have all rows sent again"
                            + " (`changeover refresh --where \"1 = 1\" --execute`), then reconcile");
        }
        if (now.partitions() != partitions) {
            throw problem(
                    ExitCode.TOPIC_CHANGED,
                    topic,
                    now.partitions() + " partitions instead of " + partitions + ": rows changed their partition",
                    "start apply again when everything before the change is applied");
        }
        return true;
    }

    private static ChangeoverException problem(ExitCode code, String topic, String cause, String remedy) {
        return new ChangeoverException(new Problem(code, topic, cause, remedy));
    }
}
