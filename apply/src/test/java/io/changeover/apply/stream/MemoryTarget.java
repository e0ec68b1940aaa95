package io.changeover.apply.stream;

import io.changeover.apply.guard.FencedException;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A target in memory: progress with epochs, and the records as they were written. Thread-safe; shared by all owners. */
final class MemoryTarget {

    private final Map<Integer, BatchTarget.Claim> progress = new TreeMap<>();
    private final Map<Integer, List<Long>> written = new HashMap<>();
    private boolean available = true;
    private int retries;

    synchronized int retries() {
        return retries;
    }

    synchronized void available(boolean now) {
        available = now;
    }

    synchronized long next(int partition) {
        BatchTarget.Claim claim = progress.get(partition);
        return claim == null ? 0 : claim.nextOffset();
    }

    /** As {@code replay} does: the owner is not asked. */
    synchronized void moveTo(int partition, long offset) {
        progress.computeIfPresent(partition, (p, claim) -> new BatchTarget.Claim(offset, claim.epoch()));
    }

    synchronized List<Long> written(int partition) {
        return List.copyOf(written.getOrDefault(partition, List.of()));
    }

    /** The target as one stream thread sees it. */
    BatchTarget connection() {
        return new Connection();
    }

    private void requireAvailable() {
        if (!available) {
            throw new TargetUnavailableException(
                    new Problem(ExitCode.UNREACHABLE, "memory", "switched off by the test", ""), new Exception("off"));
        }
    }

    private final class Connection implements BatchTarget {

        @Override
        public Claim claim(int partition, long logStart, long logEnd) {
            synchronized (MemoryTarget.this) {
                requireAvailable();
                Claim before = progress.getOrDefault(partition, new Claim(0, 0));
                Claim after = new Claim(before.nextOffset(), before.epoch() + 1);
                progress.put(partition, after);
                return after;
            }
        }

        @Override
        public void write(List<ProgressStep> steps, List<Received> batch) {
            synchronized (MemoryTarget.this) {
                requireAvailable();
                for (ProgressStep step : steps) {
                    if (!new Claim(step.from(), step.epoch()).equals(progress.get(step.partition()))) {
                        throw new FencedException(step);
                    }
                }
                steps.forEach(step -> progress.put(step.partition(), new Claim(step.to(), step.epoch())));
                batch.forEach(record -> written.computeIfAbsent(record.partition(), p -> new ArrayList<>())
                        .add(record.offset()));
            }
        }

        @Override
        public boolean holds(Map<Integer, Claim> claims) {
            synchronized (MemoryTarget.this) {
                requireAvailable();
                return progress.entrySet().containsAll(claims.entrySet());
            }
        }

        @Override
        public void retryHeld() {
            synchronized (MemoryTarget.this) {
                retries++;
            }
        }

        @Override
        public boolean heldLately() {
            return false;
        }

        @Override
        public void released(Collection<Integer> partitions) {}

        @Override
        public void close() {}
    }
}
