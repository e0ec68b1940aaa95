package io.changeover.deploy.status;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.KafkaFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where topics end for readers of committed records. */
final class TopicEnds {

    private final Admin admin;
    private final String servers;

    TopicEnds(Admin admin, String servers) {
        this.admin = admin;
        this.servers = servers;
    }

    /**
     * Next offset of every partition; topics that are not there are left out.
     *
     * @throws ChangeoverException (12, 13) when the brokers refuse or do not answer
     */
    Map<TopicPartition, Long> of(Set<String> topics) {
        try {
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                    admin.describeTopics(topics).topicNameValues().entrySet()) {
                describe(topic.getValue())
                        .forEach(partition ->
                                asked.put(new TopicPartition(topic.getKey(), partition), OffsetSpec.latest()));
            }
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new ChangeoverException(KafkaFailure.problem(e, servers, "topics " + topics), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static Collection<Integer> describe(KafkaFuture<TopicDescription> answer)
            throws ExecutionException, InterruptedException {
        try {
            return answer.get().partitions().stream()
                    .map(partition -> partition.partition())
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Set.of();
            }
            throw e;
        }
    }
}
