package io.changeover.apply.stream;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main consumer of a stream thread, with the {@link CommitGate} in its commits, polls and assignments. Confined to the
 * stream thread, like the consumer that it is.
 *
 * <p>Next: {@link CommitGate}.
 */
final class GatedConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(GatedConsumer.class);

    /** Records; the markers of Kafka's transactions count among them. */
    private static final long BACKLOG = 1000;

    private static final long LOOK_AFTER = Duration.ofSeconds(3).toNanos();
    private static final Duration RETRY_HELD = Duration.ofMillis(200);
    private static final Duration LOOK_FOR_HELD = Duration.ofSeconds(1);
    private static final long RETRY_CLAIM = Duration.ofSeconds(1).toNanos();

    private final CommitGate gate;
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();
    private boolean holding;
    private long lookedAfter = System.nanoTime();
    private final Respite respite = new Respite(System::nanoTime);
    private long triedClaim = System.nanoTime();

    GatedConsumer(Map<String, Object> config, CommitGate gate) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.gate = gate;
        Object protocol = config.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        if (protocol != null && !"classic".equalsIgnoreCase(protocol.toString())) {
            super.close();
            throw new IllegalStateException("group.protocol is not classic: " + protocol);
        }
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> added) {
                added.forEach(partition -> gate.assigned(partition.partition()));
                // before Streams resumes them: a record from any other place than the recorded one must not come first
                claim(added);
                listener.onPartitionsAssigned(added);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> gone) {
                gate.revoking(true);
                try {
                    listener.onPartitionsRevoked(gone); // writes and commits
                } finally {
                    gate.revoking(false);
                    forget(gone);
                }
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> gone) {
                forget(gone);
                listener.onPartitionsLost(gone);
            }
        });
    }

    private void forget(Collection<TopicPartition> gone) {
        gate.revoked(gone);
        pausedByStreams.removeAll(gone);
    }

    private void claim(Collection<TopicPartition> partitions) {
        triedClaim = System.nanoTime();
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> logStarts = beginningOffsets(partitions);
        Map<TopicPartition, Long> logEnds = endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long offset = gate.claim(
                    partition.partition(), logStarts.getOrDefault(partition, 0L), logEnds.getOrDefault(partition, 0L));
            if (offset >= 0) {
                seek(partition, offset);
                continue;
            }
            // never fetched from there: paused until it is claimed; without any position the poll would fail
            seek(partition, 0);
            super.pause(List.of(partition));
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        claimLate();
        holdWhileWaiting();
        Duration wait = hasBacklog() ? timeout : gate.patience(timeout);
        ConsumerRecords<byte[], byte[]> records = pollThrough(wait);
        for (TopicPartition partition : records.partitions()) {
            List<?> ofPartition = records.records(partition);
            long last = records.records(partition).get(ofPartition.size() - 1).offset();
            gate.handedOut(partition.partition(), last + 1);
        }
        if (records.isEmpty()) {
            if (wait.compareTo(timeout) < 0) {
                gate.caughtUp();
            } else {
                idle();
            }
        }
        if (respite.isOver(gate.heldLately() ? RETRY_HELD : LOOK_FOR_HELD)) {
            respite.after(gate::retryHeld);
        }
        return records;
    }

    /** Whether more is on its way than one poll returns: then a batch waits for it, for larger ones cost less. */
    private boolean hasBacklog() {
        long lag = 0;
        for (TopicPartition partition : assignment()) {
            lag += currentLag(partition).orElse(0);
        }
        return lag > BACKLOG;
    }

    private ConsumerRecords<byte[], byte[]> pollThrough(Duration timeout) {
        try {
            return super.poll(timeout);
        } catch (KafkaException e) {
            // the consumer wraps what a listener throws, and so hides from Streams that its tasks are gone
            if (e.getCause() instanceof TaskMigratedException migrated) {
                throw migrated;
            }
            throw e;
        }
    }

    private void claimLate() {
        List<Integer> unclaimed = gate.unclaimed();
        if (unclaimed.isEmpty() || System.nanoTime() - triedClaim < RETRY_CLAIM) {
            return;
        }
        List<TopicPartition> partitions = assignment().stream()
                .filter(partition -> unclaimed.contains(partition.partition()))
                .toList();
        claim(partitions);
        resumeUnlessPaused(partitions);
    }

    /** Streams goes on polling while the target is away or the table is held up; nothing more comes in meanwhile. */
    private void holdWhileWaiting() {
        if (gate.isHolding()) {
            super.pause(assignment());
            holding = true;
        } else if (holding) {
            holding = false;
            resumeUnlessPaused(assignment());
        }
    }

    private void idle() {
        Map<Integer, Long> positions = new HashMap<>();
        List<Integer> idle = gate.idle();
        for (TopicPartition partition : assignment()) {
            if (idle.contains(partition.partition())) {
                positions.put(partition.partition(), position(partition));
            }
        }
        gate.advanceIdle(positions);
        if (System.nanoTime() - lookedAfter > LOOK_AFTER) {
            gate.lookAfterPlaces();
            lookedAfter = System.nanoTime();
        }
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        gate.write(offsets); // swapped with the next line, a crash between them would lose the batch
        try {
            super.commitSync(offsets);
        } catch (RebalanceInProgressException e) {
            // the group's offset is for people only, and the next commit brings it up to date
            log.debug("offsets not committed during a rebalance", e);
        }
        gate.offsetsCommitted();
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pausedByStreams.addAll(partitions);
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
        if (!holding) {
            resumeUnlessPaused(partitions);
        }
    }

    private void resumeUnlessPaused(Collection<TopicPartition> partitions) {
        List<Integer> unclaimed = gate.unclaimed();
        super.resume(partitions.stream()
                .filter(partition -> !pausedByStreams.contains(partition) && !unclaimed.contains(partition.partition()))
                .toList());
    }

    @Override
    public void close(CloseOptions options) {
        try {
            super.close(options);
        } finally {
            gate.close();
        }
    }
}
