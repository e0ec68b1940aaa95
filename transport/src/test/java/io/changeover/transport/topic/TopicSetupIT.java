package io.changeover.transport.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changeover.embedded.EmbeddedKafka;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(120)
class TopicSetupIT {

    private static final TopicSettings ASKED = new TopicSettings(3, 1, Duration.ofDays(2));

    private final TestingKafka kafka;
    private final TopicNames names;
    private final List<TopicSpec> specs;

    TopicSetupIT(TestingServers servers) {
        kafka = servers.kafka();
        names = new TopicNames(servers.freshName());
        specs = List.of(
                TopicSpec.rows(names.pipeline() + ".old.s.t", ASKED),
                TopicSpec.ddl(names.ddl("old"), ASKED),
                TopicSpec.compacted(names.progress("old"), ASKED),
                TopicSpec.kept(names.schemaHistory("old"), ASKED),
                TopicSpec.signals(names.signals(), ASKED),
                TopicSpec.rows(names.pipeline() + ".old.s.u", ASKED.with(MessageForm.CANAL, true)));
    }

    private TopicSetup setup(Duration timeout) {
        return new TopicSetup(Map.of("bootstrap.servers", kafka.bootstrapServers()), timeout);
    }

    private TopicSetup setup() {
        return setup(Duration.ofSeconds(30));
    }

    private List<Problem> refused(TopicSetup setup, List<TopicSpec> asked) {
        ChangeoverException refused = catchThrowableOfType(ChangeoverException.class, () -> setup.create(asked));
        assertThat(refused).isNotNull();
        return refused.problems();
    }

    @Test
    void create_bringsAllAbout_andMayRunAgain() throws Exception {
        assertThat(setup().describe(specs).missing()).isEqualTo(specs);
        Map<String, Uuid> ids = setup().create(specs);
        assertThat(ids).hasSize(specs.size()).doesNotContainValue(Uuid.ZERO_UUID);
        assertThat(setup().create(specs)).isEqualTo(ids);
        TopicReport report = setup().describe(specs);
        assertThat(report.problems()).isEmpty();
        assertThat(report.missing()).isEmpty();
        assertThat(report.topics())
                .allSatisfy(topic -> assertThat(topic.differences()).isEmpty());

        try (Admin admin = Admin.create(kafka.clientConfig())) {
            assertThat(partitions(admin, specs.get(0).name())).isEqualTo(3);
            assertThat(partitions(admin, names.progress("old"))).isEqualTo(1);
            assertThat(config(admin, specs.get(0).name(), "retention.ms")).isEqualTo("172800000");
            assertThat(config(admin, specs.get(0).name(), "max.message.bytes")).isEqualTo("16777216");
            assertThat(config(admin, specs.get(0).name(), "min.compaction.lag.ms"))
                    .isEqualTo("0");
            assertThat(config(admin, specs.get(5).name(), "min.compaction.lag.ms"))
                    .isEqualTo("172800000");
            assertThat(config(admin, names.progress("old"), "cleanup.policy")).isEqualTo("compact");
            assertThat(config(admin, names.schemaHistory("old"), "cleanup.policy"))
                    .isEqualTo("delete");
            assertThat(config(admin, names.schemaHistory("old"), "retention.ms"))
                    .isEqualTo("-1");
        }
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .mapToInt(described -> described.partitions().size())
                .sum();
    }

    private static String config(Admin admin, String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().values().stream()
                .map(config -> config.get(name).value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void describe_changesNothing() throws Exception {
        TopicReport report = setup().describe(specs);
        assertThat(report.problems()).isEmpty();
        try (Admin admin = Admin.create(kafka.clientConfig())) {
            assertThat(admin.listTopics().names().get()).noneMatch(name -> name.startsWith(names.pipeline() + "."));
        }
    }

    @Test
    void otherPartitionCount_isRefused_andNothingIsCreated() {
        kafka.createTopic(specs.get(0).name(), 2);
        assertThat(refused(setup(), specs)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ExitCode.TOPIC_CHANGED);
            assertThat(problem.place()).isEqualTo("topic " + specs.get(0).name());
            assertThat(problem.cause()).isEqualTo("has 2 partitions, asked are 3");
        });
        assertThat(setup().describe(specs).missing()).hasSize(specs.size() - 1);
    }

    @Test
    void progressThatWouldBeDeleted_isRefused() {
        kafka.createTopic(names.progress("old"), 1, Map.of("cleanup.policy", "delete"));
        assertThat(refused(setup(), specs)).anySatisfy(problem -> {
            assertThat(problem.code()).isEqualTo(ExitCode.TOPIC_CHANGED);
            assertThat(problem.cause()).isEqualTo("cleanup.policy is delete, asked is compact");
            assertThat(problem.remedy())
                    .contains("--entity-name " + names.progress("old") + " --add-config cleanup.policy=compact");
        });
    }

    @Test
    void otherRetention_isToldButNoProblem() {
        kafka.createTopic(specs.get(0).name(), 3, Map.of("retention.ms", "1000"));
        TopicReport report = setup().describe(specs);
        assertThat(report.problems()).isEmpty();
        assertThat(report.topics().get(0).differences()).contains("retention.ms is 1000, asked is 172800000");
    }

    @Test
    void moreReplicasThanBrokers_isAProblem_beforeAnythingIsCreated() {
        List<TopicSpec> greedy = List.of(
                specs.get(1), TopicSpec.rows(names.pipeline() + ".x", new TopicSettings(1, 3, Duration.ofDays(1))));
        assertThat(refused(setup(), greedy)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ExitCode.CONFIG);
            assertThat(problem.remedy()).contains("topics.replication");
        });
        assertThat(setup().describe(greedy).missing()).hasSize(2);
    }

    @Test
    void noBroker_isUnreachable_withinTheTimeout() {
        long start = System.nanoTime();
        TopicSetup nowhere = new TopicSetup(Map.of("bootstrap.servers", "127.0.0.1:1"), Duration.ofSeconds(2));
        assertThat(refused(nowhere, specs)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(problem.place()).isEqualTo("bootstrap.servers 127.0.0.1:1");
        });
        assertThat(nowhere.describe(specs).problems()).isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void unknownHost_isUnreachable_andNoAddress_isAConfigurationError() {
        TopicSetup unknown =
                new TopicSetup(Map.of("bootstrap.servers", "no-such-host.invalid:9092"), Duration.ofSeconds(2));
        assertThat(unknown.describe(specs).problems()).extracting(Problem::code).containsExactly(ExitCode.UNREACHABLE);
        TopicSetup broken = new TopicSetup(Map.of("bootstrap.servers", "nonsense"), Duration.ofSeconds(2));
        assertThat(broken.describe(specs).problems()).extracting(Problem::code).containsExactly(ExitCode.CONFIG);
    }

    @Test
    void wrongPassword_isDenied() {
        String login = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"";
        try (EmbeddedKafka guarded = EmbeddedKafka.builder()
                .property("listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT")
                .property("sasl.enabled.mechanisms", "PLAIN")
                .property("sasl.mechanism.inter.broker.protocol", "PLAIN")
                .property("listener.name.plaintext.plain.sasl.jaas.config", login + "right\" user_a=\"right\";")
                .start()) {
            Map<String, String> client = Map.of(
                    "bootstrap.servers",
                    guarded.bootstrapServers(),
                    "security.protocol",
                    "SASL_PLAINTEXT",
                    "sasl.mechanism",
                    "PLAIN",
                    "sasl.jaas.config",
                    login + "wrong\";");
            assertThat(refused(new TopicSetup(client, Duration.ofSeconds(20)), specs))
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.code()).isEqualTo(ExitCode.DENIED);
                        assertThat(problem.toString())
                                .contains(guarded.bootstrapServers())
                                .doesNotContain("wrong");
                    });
        }
    }
}
