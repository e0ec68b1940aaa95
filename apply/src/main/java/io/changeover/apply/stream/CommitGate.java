package io.changeover.apply.stream;

import io.changeover.apply.guard.FencedException;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.stream.BatchTarget.Claim;
import io.changeover.apply.stream.GateWatch.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between Kafka Streams and its offset commits: what was processed is in the target, with its progress, before an
 * offset is committed (ProgressBehindData). Progress in the target is the truth; an assignment begins there. Confined to
 * the stream thread.
 *
 * <p>How it makes Streams let go: {@link CommitFailedException} from a commit and {@link TaskMigratedException} from a poll
 * both make StreamThread close all tasks with their queues as lost and join the group again (4.3.1, {@code
 * handleTaskMigrated}). {@link TimeoutException} from a commit keeps the tasks, and Streams commits again later.
 *
 * <p>Next: the {@link BatchTarget}.
 */
final class CommitGate {

    private static final Logger log = LoggerFactory.getLogger(CommitGate.class);

    /** How long a commit waits for the target before it lets Streams poll once; well below max.poll.interval. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Writes that are asked for because nothing more comes begin at least so far apart, for a commit has its price. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** The same while the table is paused: short, for it may last for days. */
    private static final Duration PATIENCE_PAUSED = Duration.ofSeconds(1);

    /** A limit that is raised or taken away must be felt soon. */
    private static final Duration LONGEST_DEBT = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final String topic;
    private final BatchTarget target;
    private final GateWatch watch;
    private final Map<Integer, PartitionBatch> partitions;
    private final AtomicLong waitingBytes;
    private final Map<Integer, PartitionBatch> owned = new TreeMap<>();
    /** When a write last began, or was asked for. */
    private long wanted = System.nanoTime();

    private boolean revoking;
    private boolean waiting;
    private long owedUntil = System.nanoTime();

    /**
     * @param partitions where processors find the batch of their partition; shared by the threads of the application
     * @param waitingBytes what waits in all of them
     */
    CommitGate(
            String topic,
            BatchTarget target,
            GateWatch watch,
            Map<Integer, PartitionBatch> partitions,
            AtomicLong waitingBytes) {
        this.topic = topic;
        this.target = target;
        this.watch = watch;
        this.partitions = partitions;
        this.waitingBytes = waitingBytes;
    }

    void assigned(int partition) {
        PartitionBatch batch = new PartitionBatch(partition, waitingBytes);
        owned.put(partition, batch);
        partitions.put(partition, batch);
    }

    void revoked(Collection<TopicPartition> gone) {
        List<Integer> numbers = new ArrayList<>();
        for (TopicPartition partition : gone) {
            PartitionBatch batch = owned.remove(partition.partition());
            if (batch != null) {
                batch.lose();
                partitions.remove(partition.partition(), batch);
                numbers.add(partition.partition());
            }
        }
        target.released(numbers);
    }

    /** While true, a commit that cannot be done must not be left for later: there is no later for these tasks. */
    void revoking(boolean now) {
        revoking = now;
    }

    /** Partitions that are assigned but not ours yet, because the target was not there or is closed. */
    List<Integer> unclaimed() {
        return owned.values().stream()
                .filter(batch -> batch.claim() == null)
                .map(PartitionBatch::partition)
                .toList();
    }

    /** Takes the partition over and returns the offset to go on from; -1 while that is not possible. */
    long claim(int partition, long logStart, long logEnd) {
        PartitionBatch batch = owned.get(partition);
        if (batch == null) {
            return -1;
        }
        try {
            Claim claim = target.claim(partition, logStart, logEnd);
            available();
            if (claim == null) {
                return -1;
            }
            batch.claimed(claim);
            log.info("{}-{} goes on from {} with epoch {}", topic, partition, claim.nextOffset(), claim.epoch());
            watch.reached(Phase.CLAIMED);
            return claim.nextOffset();
        } catch (TargetUnavailableException e) {
            unavailable(e);
            return -1;
        }
    }

    /** Whether nothing more may be fetched now. */
    boolean isHolding() {
        Allowance allowed = watch.allowance();
        if (waiting || allowed.paused() || allowed.busy() != null) {
            return true;
        }
        // one fetch at a time, until it is written and its time is over: what is fetched is not held back any more
        return allowed.isLimited()
                && (System.nanoTime() - owedUntil < 0
                        || owned.values().stream().anyMatch(batch -> batch.claim() != null && !batch.isIdle()));
    }

    void handedOut(int partition, long nextOffset) {
        PartitionBatch batch = owned.get(partition);
        if (batch != null) {
            batch.handedOut(nextOffset);
        }
    }

    /** How long to wait for more records: less than asked while some wait to be written. */
    Duration patience(Duration asked) {
        if (owned.values().stream().noneMatch(PartitionBatch::hasRecords)) {
            return asked;
        }
        long left = GATHER.toNanos() - (System.nanoTime() - wanted);
        return Duration.ofNanos(Math.max(0, Math.min(left, asked.toNanos())));
    }

    /** Nothing more comes: what waits need not wait for the commit interval. */
    void caughtUp() {
        wanted = System.nanoTime(); // a request may be refused, by a rebalance: not asked again at once
        owned.values().forEach(PartitionBatch::requestWrite);
    }

    /** Writes what was processed below {@code offsets}. The offsets may be committed when it returns, and only then. */
    void write(Map<TopicPartition, OffsetAndMetadata> offsets) {
        List<ProgressStep> steps = new ArrayList<>();
        List<Received> records = new ArrayList<>();
        List<PartitionBatch> batches = new ArrayList<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            PartitionBatch batch = owned.get(entry.getKey().partition());
            Claim claim = batch == null ? null : batch.claim();
            if (batch == null || claim == null) {
                throw new CommitFailedException(entry.getKey() + " is not ours");
            }
            long to = entry.getValue().offset();
            if (to > claim.nextOffset()) {
                steps.add(new ProgressStep(topic, batch.partition(), claim.nextOffset(), to, claim.epoch()));
                records.addAll(batch.records());
                batches.add(batch);
            }
        }
        if (!steps.isEmpty()) {
            wanted = System.nanoTime();
            watch.reached(Phase.BEFORE_WRITE);
            batches.forEach(PartitionBatch::writeBegins);
            try {
                writePatiently(steps, records);
            } finally {
                batches.forEach(PartitionBatch::writeEnds);
            }
            watch.reached(Phase.AFTER_WRITE);
        }
    }

    private void writePatiently(List<ProgressStep> steps, List<Received> records) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = FIRST_PAUSE;
        waitWhilePaused();
        while (true) {
            try {
                target.write(steps, records);
                advanced(steps);
                available();
                charge(records.size());
                return;
            } catch (FencedException e) {
                throw new CommitFailedException(e.getMessage());
            } catch (TargetUnavailableException e) {
                unavailable(e);
                if (revoking || watch.stopping()) {
                    throw new CommitFailedException("target is not available: " + e.getMessage());
                }
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("target is not available: " + e.getMessage());
                }
                watch.pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** A commit that comes while the table is paused is refused, and Streams asks again; the group is not kept waiting. */
    private void waitWhilePaused() {
        long deadline = System.nanoTime() + PATIENCE_PAUSED.toNanos();
        while (watch.allowance().paused()) {
            if (revoking || watch.stopping()) {
                throw new CommitFailedException(topic + " is paused");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(topic + " is paused");
            }
            watch.pause(FIRST_PAUSE);
        }
    }

    /** What was written takes its time, by the limit of the partitions that are owned. */
    private void charge(int rows) {
        Allowance allowed = watch.allowance();
        if (allowed.isLimited()) {
            double seconds = rows / (allowed.rowsPerSecond() * Math.max(1, owned.size()));
            long now = System.nanoTime();
            long longest = LONGEST_DEBT.toNanos();
            owedUntil = now + Math.min(longest, Math.max(0, owedUntil - now) + (long) (seconds * 1e9));
        }
    }

    /**
     * Records that a partition's position moved on without a record (transaction markers, aborted records), so that drain
     * can tell exactly when all is applied.
     *
     * @param positions the consumer's next offset of partitions that are {@link #idle()}
     */
    void advanceIdle(Map<Integer, Long> positions) {
        List<ProgressStep> steps = new ArrayList<>();
        positions.forEach((partition, position) -> {
            PartitionBatch batch = owned.get(partition);
            Claim claim = batch == null ? null : batch.claim();
            if (claim != null && position > claim.nextOffset()) {
                steps.add(new ProgressStep(topic, partition, claim.nextOffset(), position, claim.epoch()));
            }
        });
        if (steps.isEmpty()) {
            return;
        }
        try {
            target.write(steps, List.of());
            advanced(steps);
            available();
        } catch (FencedException e) {
            throw new TaskMigratedException(e.getMessage());
        } catch (TargetUnavailableException e) {
            unavailable(e);
        }
    }

    /** Partitions of which everything that was handed out is written. */
    List<Integer> idle() {
        return owned.values().stream()
                .filter(PartitionBatch::isIdle)
                .map(PartitionBatch::partition)
                .toList();
    }

    /** Looks whether replay, cutover or another owner moved our rows while we had nothing to write. */
    void lookAfterPlaces() {
        Map<Integer, Claim> claims = new HashMap<>();
        owned.forEach((partition, batch) -> {
            if (batch.claim() != null) {
                claims.put(partition, batch.claim());
            }
        });
        try {
            if (!claims.isEmpty() && !target.holds(claims)) {
                throw new TaskMigratedException("progress of " + topic + " was moved by someone else");
            }
            available();
        } catch (TargetUnavailableException e) {
            unavailable(e);
        }
    }

    /** The owner of the first partition does it for all of the topic: it keeps everyone's progress locked meanwhile. */
    void retryHeld() {
        PartitionBatch first = owned.get(0);
        if (first == null || first.claim() == null || watch.allowance().paused()) {
            return;
        }
        try {
            target.retryHeld();
        } catch (TargetUnavailableException e) {
            unavailable(e);
        }
    }

    boolean heldLately() {
        return target.heldLately();
    }

    private void advanced(List<ProgressStep> steps) {
        for (ProgressStep step : steps) {
            PartitionBatch batch = owned.get(step.partition());
            if (batch != null) {
                batch.advanced(step.to());
            }
        }
    }

    void offsetsCommitted() {
        watch.reached(Phase.AFTER_OFFSETS);
    }

    void close() {
        owned.values().forEach(PartitionBatch::lose);
        target.close();
    }

    private void unavailable(TargetUnavailableException e) {
        if (!waiting) {
            log.warn("{} waits for the target: {}", topic, e.getMessage());
        }
        waiting = true;
        watch.waitingFor(e.problem());
    }

    private void available() {
        if (waiting) {
            log.info("{} has its target again", topic);
        }
        waiting = false;
        watch.waitingFor(null);
    }
}
