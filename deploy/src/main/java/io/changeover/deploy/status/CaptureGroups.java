package io.changeover.deploy.status;

import io.changeover.transport.topic.TopicNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Which instances capture a source, as Kafka sees them: the members of the source's group. */
record CaptureGroups(Admin admin, TopicNames names) {

    /** What is told beside the rest must not hold it up. */
    private static final int TIMEOUT_MILLIS = 5_000;

    /**
     * The instances of one source. A killed one counts for as long as its session lasts, some seconds.
     *
     * @param leader host of the instance that captures; null when none does
     * @param standbys how many stand by
     */
    record Instances(@Nullable String leader, int standbys) {

        static final Instances NONE = new Instances(null, 0);

        @Override
        public String toString() {
            if (leader == null) {
                return standbys == 0 ? "none runs" : "changing hands";
            }
            return leader + (standbys == 0 ? "" : ", " + standbys + " on standby");
        }
    }

    /** By source; without those that Kafka did not tell us of, for a lack of rights or of time. */
    Map<String, Instances> of(Collection<String> sources) {
        Map<String, String> groups =
                sources.stream().collect(Collectors.toMap(Function.identity(), names::captureGroup));
        Map<String, KafkaFuture<ConsumerGroupDescription>> answers = admin.describeConsumerGroups(
                        groups.values(), new DescribeConsumerGroupsOptions().timeoutMs(TIMEOUT_MILLIS))
                .describedGroups();
        Map<String, Instances> instances = new HashMap<>();
        groups.forEach((source, group) -> {
            Instances found = instances(answers.get(group));
            if (found != null) {
                instances.put(source, found);
            }
        });
        return instances;
    }

    private static @Nullable Instances instances(@Nullable KafkaFuture<ConsumerGroupDescription> answer) {
        try {
            return answer == null ? null : instances(answer.get().members());
        } catch (ExecutionException e) {
            return e.getCause() instanceof GroupIdNotFoundException ? Instances.NONE : null;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static Instances instances(Collection<MemberDescription> members) {
        String leader = members.stream()
                .filter(member -> !member.assignment().topicPartitions().isEmpty())
                .map(member -> member.host().replaceFirst("^/", ""))
                .findFirst()
                .orElse(null);
        return new Instances(leader, members.size() - (leader == null ? 0 : 1));
    }
}
