package io.changeover.apply.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What of a batch counts for the limit that it shares with the other threads. */
class PartitionBatchTest {

    private final AtomicLong waiting = new AtomicLong();
    private final PartitionBatch batch = batch(0);
    private final PartitionBatch other = batch(1);

    @Test
    void whatIsBeingWritten_doesNotCountForTheOthers() {
        batch.add(record(0, 0, 1000));
        assertThat(other.add(record(1, 0, 10))).isEqualTo(1010);
        batch.writeBegins();
        assertThat(other.add(record(1, 1, 10))).isEqualTo(20);
        batch.advanced(1);
        batch.writeEnds();
        assertThat(batch.add(record(0, 1, 5))).isEqualTo(25);
    }

    @Test
    void whatWasNotWritten_waitsAgain() {
        batch.add(record(0, 0, 1000));
        batch.writeBegins();
        batch.writeEnds();
        assertThat(waiting).hasValue(1000);
        assertThat(batch.add(record(0, 1, 1))).isEqualTo(1001);
        batch.lose();
        batch.writeEnds();
        assertThat(waiting).hasValue(0);
    }

    private PartitionBatch batch(int partition) {
        PartitionBatch made = new PartitionBatch(partition, waiting);
        made.claimed(new BatchTarget.Claim(0, 1));
        return made;
    }

    private static Received record(int partition, long offset, int bytes) {
        return new Received("topic", partition, offset, new byte[bytes], null, null);
    }
}
