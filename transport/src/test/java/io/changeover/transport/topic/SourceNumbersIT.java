package io.changeover.transport.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.changeover.transport.event.SourceTable;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.TestingKafka;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(120)
class SourceNumbersIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final SourceTable A = new SourceTable("legacy", new TableName("d", "a"));
    private static final SourceTable B = new SourceTable("legacy", new TableName("d", "b"));
    private static final SourceTable DOTTED = new SourceTable("legacy", new TableName("d", "b.c"));
    private static final SourceTable DOTTED_SCHEMA = new SourceTable("legacy", new TableName("d.b", "c"));

    private final TestingKafka kafka;
    private final Map<String, String> config;
    private final String topic;

    SourceNumbersIT(TestingServers servers) {
        kafka = servers.kafka();
        config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        topic = servers.freshName() + ".registry";
    }

    @Test
    void numbers_areGivenOnceAndStay() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        assertThat(numbers(1).getOrAllocate(List.of(B, A))).isEqualTo(Map.of(B, 1, A, 2));
        assertThat(numbers(2).getOrAllocate(List.of(A))).isEqualTo(Map.of(A, 2));
        assertThat(numbers(3).getOrAllocate(List.of(DOTTED, DOTTED_SCHEMA, A)))
                .isEqualTo(Map.of(DOTTED, 3, DOTTED_SCHEMA, 4, A, 2));
        assertThat(kafka.readAll(topic))
                .extracting(record -> record.key() + "=" + record.value())
                .containsExactly("legacy.d.b=1", "legacy.d.a=2", "legacy.d.b\\.c=3", "legacy.d\\.b.c=4");
    }

    @Test
    void concurrentGivers_neverGiveANumberTwice() throws Exception {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        ExecutorService givers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Map<SourceTable, Integer>>> tasks = new ArrayList<>();
            for (int giver = 0; giver < 4; giver++) {
                SourceTable own = new SourceTable("s" + giver, new TableName("d", "own"));
                SourceNumbers numbers = numbers(giver);
                tasks.add(() -> numbers.getOrAllocate(List.of(own, A, B)));
            }
            Set<Integer> given = new HashSet<>();
            Set<Integer> shared = new HashSet<>();
            for (Future<Map<SourceTable, Integer>> result : givers.invokeAll(tasks)) {
                given.addAll(result.get().values());
                shared.add(result.get().get(A));
            }
            assertThat(given).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
            assertThat(shared).hasSize(1);
            assertThat(kafka.readAll(topic)).hasSize(6);
        } finally {
            givers.shutdownNow();
        }
    }

    @Test
    void lastNumber_isTheLast() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        kafka.produce(topic, "legacy.d.x", "65534");
        assertThat(numbers(1).getOrAllocate(List.of(A))).isEqualTo(Map.of(A, 65535));
        assertProblem(ExitCode.CONFIG, List.of(B));
    }

    @Test
    void damage_isTold() {
        kafka.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        assertThat(numbers(1).getOrAllocate(List.of(A))).isEqualTo(Map.of(A, 1));
        kafka.produce(topic, "legacy.d.x", "1");
        assertProblem(ExitCode.POSITION_DAMAGED, List.of(A));
        kafka.produce(topic, "legacy.d.x", "-1");
        assertProblem(ExitCode.POSITION_DAMAGED, List.of(A));
    }

    @Test
    void missingRegistry_isNotMadeByTheWay() {
        assertProblem(ExitCode.PREFLIGHT, List.of(A));
        assertProblem(ExitCode.PREFLIGHT, List.of(A));
    }

    private void assertProblem(ExitCode code, List<SourceTable> tables) {
        assertThatThrownBy(() -> numbers(1).getOrAllocate(tables))
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private SourceNumbers numbers(long seed) {
        return new SourceNumbers(config, topic, SOON, new Random(seed));
    }
}
