package io.changeover.apply.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitGateTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Map<Integer, PartitionBatch> partitions = new HashMap<>();
    private final MemoryTarget target = new MemoryTarget();
    private final CommitGate gate =
            new CommitGate("t", target.connection(), new Unwatched(), partitions, new AtomicLong());

    @Test
    void recordsThatWait_areWantedToBeWritten_whenNothingMoreComes() {
        AtomicInteger wanted = new AtomicInteger();
        gate.assigned(0);
        gate.claim(0, 0, 10);
        PartitionBatch batch = Objects.requireNonNull(partitions.get(0));
        batch.onWriteWanted(wanted::incrementAndGet);

        assertThat(gate.patience(LONG)).as("nothing waits").isEqualTo(LONG);
        gate.caughtUp();
        assertThat(wanted).hasValue(0);

        batch.handedOut(1);
        batch.add(new Received("t", 0, 0, new byte[] {'{', '}'}, null, null));
        assertThat(gate.patience(LONG)).isLessThan(Duration.ofSeconds(1));
        assertThat(gate.patience(Duration.ZERO)).isEqualTo(Duration.ZERO);
        gate.caughtUp();
        assertThat(wanted).hasValue(1);

        gate.write(Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(1)));
        assertThat(gate.patience(LONG)).isEqualTo(LONG);
        gate.caughtUp();
        assertThat(wanted).hasValue(1);
    }

    @Test
    void heldRows_areTriedAgain_byTheOwnerOfTheFirstPartitionOnly() {
        gate.assigned(1);
        gate.claim(1, 0, 10);
        gate.assigned(0);
        gate.retryHeld();
        assertThat(target.retries()).as("before the partition is ours").isZero();
        gate.claim(0, 0, 10);
        gate.retryHeld();
        assertThat(target.retries()).isEqualTo(1);
        gate.revoked(List.of(new TopicPartition("t", 0)));
        gate.retryHeld();
        assertThat(target.retries()).isEqualTo(1);
    }

    /** Nobody looks. */
    private static final class Unwatched implements GateWatch {

        @Override
        public void reached(Phase phase) {}

        @Override
        public void waitingFor(@Nullable Problem problem) {}

        @Override
        public boolean stopping() {
            return false;
        }

        @Override
        public void pause(Duration time) {}
    }
}
