package io.changeover.transport.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(120)
class ProgressTopicIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final UUID A = UUID.fromString("3e11fa47-71ca-11e1-9e33-c80aa9429562");

    private final TestingKafka kafka;
    private final Map<String, String> config;
    private final String topic;

    ProgressTopicIT(TestingServers servers) {
        kafka = servers.kafka();
        config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        topic = servers.freshName() + ".s.progress";
    }

    @Test
    void latest_isTheNewestOfEachKeyAndDoesNotWaitForMarkers() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        assertThat(ProgressTopic.readLatest(config, topic, SOON)).isEqualTo(Progress.none());

        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, true, Map.of("backfill:d.t", "1", "position", text("1-3")));
            send(producer, true, Map.of("backfill:d.t", "2", "ack:x", "3", "position", text("1-4")));
            send(producer, false, Map.of("position", text("1-5"))); // ends in an abort marker
        }

        Progress progress = ProgressTopic.readLatest(config, topic, SOON);
        assertThat(progress.position().orElseThrow()).isEqualTo(position("1-4"));
        assertThat(progress.marks()).isEqualTo(Map.of("backfill:d.t", "2", "ack:x", "3"));
    }

    @Test
    void openTransaction_isNotSeenAndNotWaitedFor() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        try (KafkaProducer<String, String> producer = producer();
                ProgressTopic progress = new ProgressTopic(config, topic, SOON)) {
            send(producer, true, Map.of("position", text("1-3")));
            producer.beginTransaction();
            var sent = producer.send(new ProducerRecord<>(topic, "position", text("1-4")));
            producer.flush();
            assertThat(sent).isDone();
            assertThat(progress.latest().position()).contains(position("1-3"));

            producer.commitTransaction();
            assertThat(progress.latest().position()).contains(position("1-4"));
        }
    }

    @Test
    void barrier_waitsForThePosition() throws Exception {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        Barrier barrier = new Barrier(GtidSet.parse(A + ":1-9"), Set.of());
        try (KafkaProducer<String, String> producer = producer();
                ProgressTopic progress = new ProgressTopic(config, topic, SOON)) {
            send(producer, true, Map.of("position", text("1-3")));
            Barrier.State late = barrier.await(progress, Duration.ofMillis(300));
            assertThat(late.reached()).isFalse();
            assertThat(late.missing()).isEqualTo(6);

            CompletableFuture<Barrier.State> waiting = CompletableFuture.supplyAsync(() -> {
                try (ProgressTopic other = new ProgressTopic(config, topic, SOON)) {
                    return barrier.await(other, SOON);
                }
            });
            send(producer, true, Map.of("position", text("1-8")));
            send(producer, true, Map.of("position", text("1-9")));
            assertThat(waiting.get().reached()).isTrue();
        }
    }

    @Test
    void damage_isToldByTheTopic() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        kafka.produce(topic, "position", "{\"format\":");
        assertThatThrownBy(() -> ProgressTopic.readLatest(config, topic, SOON))
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ExitCode.POSITION_DAMAGED);
                    assertThat(e.getMessage()).contains(topic);
                });
    }

    @Test
    void missingTopic_isAnEmptyOne() {
        assertThat(ProgressTopic.readLatest(config, topic, SOON)).isEqualTo(Progress.none());
    }

    @Test
    void noBroker_isUnreachable() {
        Map<String, String> nowhere = Map.of("bootstrap.servers", "127.0.0.1:1");
        assertThatThrownBy(() -> ProgressTopic.readLatest(nowhere, topic, Duration.ofSeconds(1)))
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ExitCode.UNREACHABLE));
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> properties = new HashMap<>(config);
        properties.put("transactional.id", topic);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    private void send(KafkaProducer<String, String> producer, boolean commit, Map<String, String> records) {
        producer.beginTransaction();
        records.forEach((key, value) -> {
            try {
                producer.send(new ProducerRecord<>(topic, key, value)).get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private static SourcePosition position(String interval) {
        return SourcePosition.startingAt(GtidSet.parse(A + ":" + interval), GtidSet.EMPTY);
    }

    private static String text(String interval) {
        return SourcePositionJson.encode(position(interval));
    }
}
