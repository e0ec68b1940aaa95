package io.changeover.transport.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(120)
class SignalTopicIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestingKafka kafka;
    private final Map<String, String> config;
    private final String topic;

    SignalTopicIT(TestingServers servers) {
        kafka = servers.kafka();
        config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        topic = servers.freshName() + ".signals";
    }

    @Test
    void signals_reachTheirSourceInOrderAlsoLater() throws Exception {
        kafka.createTopic(topic, 1);
        Signal first = Signal.pause("1", "legacy", null, "ann");
        Signal second = Signal.resume("2", "legacy", null, "ann");
        Signal third = Signal.pause("4", "legacy", null, "ann");
        try (SignalSender sender = new SignalSender(config, topic, SOON);
                SignalFeed feed = new SignalFeed(config, topic, "legacy", SOON)) {
            sender.send(first);
            sender.send(Signal.pause("3", "other", null, "ann"));
            kafka.produce(topic, "x", "no signal");
            kafka.produce(topic, "x", null);
            sender.send(second);
            assertThat(feed.toEnd()).containsExactly(first, second);
            assertThat(feed.next(Duration.ofMillis(50))).isEmpty();

            sender.send(third);
            List<Signal> later = new ArrayList<>();
            Eventually.eventually(SOON, "third signal", () -> {
                later.addAll(feed.next(Duration.ofMillis(200)));
                return !later.isEmpty();
            });
            assertThat(later).containsExactly(third);
        }
    }

    @Test
    void noBroker_isUnreachable() {
        try (SignalSender sender =
                new SignalSender(Map.of("bootstrap.servers", "127.0.0.1:1"), topic, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> sender.send(Signal.pause("1", "legacy", null, "ann")))
                    .asInstanceOf(type(ChangeoverException.class))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ExitCode.UNREACHABLE));
        }
    }
}
