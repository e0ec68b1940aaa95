package io.changeover.transport.topic;

import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the topics that are there with those that are asked for. Confined to one thread. */
final class TopicSurvey {

    private final Admin admin;
    private final String servers;

    TopicSurvey(Admin admin, String servers) {
        this.admin = admin;
        this.servers = servers;
    }

    TopicReport of(List<TopicSpec> specs) {
        Set<Problem> problems = new LinkedHashSet<>();
        Map<TopicSpec, Optional<TopicDescription>> found = find(specs, problems);
        List<TopicSpec> existing =
                found.keySet().stream().filter(spec -> isThere(found, spec)).toList();
        Map<String, Map<String, String>> configs = configs(existing, problems);
        List<TopicReport.State> states = new ArrayList<>();
        found.forEach((spec, topic) -> states.add(new TopicReport.State(
                spec,
                topic.map(TopicDescription::topicId),
                topic.map(there -> differences(spec, there, configs.getOrDefault(spec.name(), Map.of()), problems))
                        .orElse(List.of()))));
        problems.addAll(create(
                found.keySet().stream().filter(spec -> !isThere(found, spec)).toList(), true));
        return new TopicReport(states, List.copyOf(problems));
    }

    private static boolean isThere(Map<TopicSpec, Optional<TopicDescription>> found, TopicSpec spec) {
        return found.getOrDefault(spec, Optional.empty()).isPresent();
    }

    /** Creates the topics, or only asks the brokers whether they would; a topic that someone else just created is fine. */
    List<Problem> create(List<TopicSpec> specs, boolean onlyAsk) {
        if (specs.isEmpty()) {
            return List.of();
        }
        List<NewTopic> topics = specs.stream().map(TopicSurvey::newTopic).toList();
        Map<String, KafkaFuture<Void>> results = admin.createTopics(
                        topics, new CreateTopicsOptions().validateOnly(onlyAsk))
                .values();
        Set<Problem> problems = new LinkedHashSet<>();
        results.forEach((name, result) -> {
            try {
                result.get();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    problems.add(KafkaFailure.problem(e, servers, "topic " + name));
                }
            }
        });
        return List.copyOf(problems);
    }

    private static NewTopic newTopic(TopicSpec spec) {
        return new NewTopic(spec.name(), spec.partitions(), (short) spec.replication()).configs(spec.configs());
    }

    /** Those topics of which it is known whether they are there. */
    private Map<TopicSpec, Optional<TopicDescription>> find(List<TopicSpec> specs, Set<Problem> problems) {
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        specs.stream().map(TopicSpec::name).toList())
                .topicNameValues();
        Map<TopicSpec, Optional<TopicDescription>> found = new LinkedHashMap<>();
        for (TopicSpec spec : specs) {
            try {
                KafkaFuture<TopicDescription> answer = answers.get(spec.name());
                found.put(spec, answer == null ? Optional.empty() : Optional.of(answer.get()));
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    found.put(spec, Optional.empty());
                } else {
                    problems.add(KafkaFailure.problem(e, servers, "topic " + spec.name()));
                }
            }
        }
        return found;
    }

    private Map<String, Map<String, String>> configs(List<TopicSpec> specs, Set<Problem> problems) {
        List<ConfigResource> resources = specs.stream()
                .map(spec -> new ConfigResource(ConfigResource.Type.TOPIC, spec.name()))
                .toList();
        Map<String, Map<String, String>> configs = new LinkedHashMap<>();
        admin.describeConfigs(resources).values().forEach((resource, answer) -> {
            try {
                configs.put(resource.name(), values(answer.get()));
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (ExecutionException e) {
                problems.add(KafkaFailure.problem(e, servers, "topic " + resource.name()));
            }
        });
        return configs;
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new LinkedHashMap<>();
        for (ConfigEntry entry : config.entries()) {
            String value = entry.value();
            if (value != null) {
                values.put(entry.name(), value);
            }
        }
        return values;
    }

    private static List<String> differences(
            TopicSpec spec, TopicDescription there, Map<String, String> configs, Set<Problem> problems) {
        int partitions = there.partitions().size();
        if (partitions != spec.partitions()) {
            problems.add(changed(
                    spec,
                    "has " + partitions + " partitions, asked are " + spec.partitions(),
                    spec.partitions() == 1
                            ? "delete the topic if it is not this pipeline's"
                            : "set `topics.partitions: " + partitions + "`: a key must not change its partition"));
        }
        List<String> differences = new ArrayList<>();
        new TreeMap<>(spec.configs()).forEach((name, asked) -> {
            String found = configs.get(name);
            if (found != null && !found.equals(asked)) {
                differences.add(name + " is " + found + ", asked is " + asked);
            }
        });
        if (spec.strict()) {
            differences.forEach(difference -> problems.add(changed(spec, difference, alter(spec))));
            return List.of();
        }
        return differences;
    }

    private static Problem changed(TopicSpec spec, String cause, String remedy) {
        return new Problem(ExitCode.TOPIC_CHANGED, "topic " + spec.name(), cause, remedy);
    }

    private static String alter(TopicSpec spec) {
        StringBuilder configs = new StringBuilder();
        new TreeMap<>(spec.configs())
                .forEach((name, value) -> configs.append(configs.isEmpty() ? "" : ",")
                        .append(name)
                        .append('=')
                        .append(value));
        return "kafka-configs.sh --alter --entity-type topics --entity-name " + spec.name() + " --add-config "
                + configs;
    }
}
