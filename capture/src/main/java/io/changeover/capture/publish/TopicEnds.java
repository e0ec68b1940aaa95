package io.changeover.capture.publish;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Where topics end. */
final class TopicEnds {

    private TopicEnds() {}

    /** Next offset of every partition of the topics, by {@code topic-partition}; topics that do not exist are left out. */
    static Map<String, Long> read(Map<String, String> kafka, Set<String> topics, String place) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
        try (Admin admin = Admin.create(settings)) {
            List<String> existing = admin.listTopics().names().get().stream()
                    .filter(topics::contains)
                    .toList();
            Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
            admin.describeTopics(existing)
                    .allTopicNames()
                    .get()
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach(partition -> partitions.put(
                                    new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest())));
            Map<String, Long> ends = new HashMap<>();
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    admin.listOffsets(partitions).all().get().entrySet()) {
                ends.put(end.getKey().toString(), end.getValue().offset());
            }
            return ends;
        } catch (ExecutionException | KafkaException e) {
            throw PublishFailure.of(e, place);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
