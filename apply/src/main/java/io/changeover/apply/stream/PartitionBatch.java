package io.changeover.apply.stream;

import io.changeover.apply.stream.BatchTarget.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;

/**
 * The records of one assigned partition that are processed but not yet written. Lives from one assignment to the next;
 * confined to the stream thread.
 */
final class PartitionBatch {

    private final int partition;
    private final AtomicLong allBytes;
    private List<Received> records = new ArrayList<>();
    private long bytes;
    private long counted;
    private long nextExpected;
    private long handedOut;
    private boolean lost;
    private Runnable writeRequest = () -> {};
    private @Nullable Claim claim;

    /** @param allBytes what waits in all partitions of the application, for a write to begin */
    PartitionBatch(int partition, AtomicLong allBytes) {
        this.partition = partition;
        this.allBytes = allBytes;
    }

    int partition() {
        return partition;
    }

    @Nullable
    Claim claim() {
        return claim;
    }

    void claimed(Claim taken) {
        claim = taken;
        nextExpected = taken.nextOffset();
        handedOut = taken.nextOffset();
    }

    /** The poll returned records up to before {@code offset}. */
    void handedOut(long offset) {
        handedOut = offset;
    }

    void lose() {
        lost = true;
        forgetRecords();
    }

    /** @param request asks Streams to commit the partition's task, and so to write the batch */
    void onWriteWanted(Runnable request) {
        writeRequest = request;
    }

    void requestWrite() {
        if (hasRecords()) {
            writeRequest.run();
        }
    }

    /** Takes a processed record in; returns the bytes that wait, in all partitions. */
    long add(Received record) {
        // A queue that outlived its assignment must not reach the target under a new claim.
        if (lost || claim == null || record.offset() < nextExpected) {
            throw new TaskMigratedException("record " + record.offset() + " of partition " + partition
                    + " comes after the partition was lost, or out of place; next is " + nextExpected);
        }
        nextExpected = record.offset() + 1;
        bytes += record.value().length;
        records.add(record);
        return count(bytes);
    }

    private long count(long now) {
        long change = now - counted;
        counted = now;
        return allBytes.addAndGet(change);
    }

    /** What is being written counts no longer, or every record of the other threads would ask for a commit meanwhile. */
    void writeBegins() {
        count(0);
    }

    /** What was not written waits again. */
    void writeEnds() {
        count(bytes);
    }

    List<Received> records() {
        return records;
    }

    boolean hasRecords() {
        return !records.isEmpty();
    }

    /** The records are written and progress stands at {@code offset}. */
    void advanced(long offset) {
        if (claim == null) {
            throw new IllegalStateException("partition " + partition + " advanced without a claim");
        }
        claim = new Claim(offset, claim.epoch());
        nextExpected = Math.max(nextExpected, offset);
        forgetRecords();
    }

    private void forgetRecords() {
        records = new ArrayList<>();
        bytes = 0;
        count(0);
    }

    /** Whether everything that the poll returned is written. */
    boolean isIdle() {
        return !lost && claim != null && records.isEmpty() && claim.nextOffset() >= handedOut;
    }
}
