package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.problem.NearestName;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/** Reads {@code kafka}. Unknown properties pass, as plug-ins have their own; one that is almost a known one does not. */
record KafkaReader(Section root, Findings findings) {

    /** What correctness rests on is not for the definition to change. */
    private static final Set<String> OURS = Set.of(
            "acks",
            "application.id",
            "auto.offset.reset",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "partition.assignment.strategy",
            "partitioner.class",
            "processing.guarantee",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private static final Set<String> KNOWN = new TreeSet<>(OURS);

    static {
        KNOWN.addAll(AdminClientConfig.configNames());
        KNOWN.addAll(ConsumerConfig.configNames());
        KNOWN.addAll(ProducerConfig.configNames());
    }

    @Nullable
    KafkaSettings settings() {
        Map<String, String> properties = root.map(Keys.KAFKA);
        if (properties == null) {
            return null;
        }
        properties.keySet().forEach(this::checkName);
        String servers = properties.getOrDefault(KafkaSettings.BOOTSTRAP_SERVERS, "");
        if (!servers.isBlank()) {
            return new KafkaSettings(properties);
        }
        boolean broken = root.has(Keys.KAFKA, KafkaSettings.BOOTSTRAP_SERVERS)
                && !properties.containsKey(KafkaSettings.BOOTSTRAP_SERVERS);
        if (!broken) {
            findings.add(
                    root.line(Keys.KAFKA),
                    "`bootstrap.servers` is missing under `kafka`",
                    "write kafka: { bootstrap.servers: \"host:port,host:port\" }");
        }
        return null;
    }

    private void checkName(String property) {
        int line = root.line(Keys.KAFKA, property);
        if (OURS.contains(property)) {
            findings.add(line, "`" + property + "` is set by Changeover itself", "remove it");
        } else if (!KNOWN.contains(property)) {
            String hint = NearestName.hint(property, KNOWN);
            if (!hint.isEmpty()) {
                findings.add(
                        line,
                        "unknown Kafka property `" + property + "`" + hint,
                        "name it as Kafka's documentation does");
            }
        }
    }
}
