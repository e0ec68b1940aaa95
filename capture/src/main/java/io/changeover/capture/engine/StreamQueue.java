package io.changeover.capture.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was read from the binlog and not yet handed on, in order: bounded by memory, so that the binlog waits where Kafka is
 * slower. The engine's own queue would make a record, a task and a future of every item.
 *
 * <p>A hand-off from the thread that reads the binlog to the one that publishes.
 */
final class StreamQueue {

    /** Not counting the last item: a large one finds its place, too. */
    private static final long MAX_BYTES = 8L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private List<StreamItem> items = new ArrayList<>();
    private long bytes;
    private boolean closed;

    /**
     * Appends an item; waits while enough is there.
     *
     * @throws InterruptedException also when the queue was closed: nobody will take the item
     */
    void put(StreamItem item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes >= MAX_BYTES && !closed) {
                emptied.await();
            }
            if (closed) {
                throw new InterruptedException("the queue was closed");
            }
            items.add(item);
            bytes += item.bytes();
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Appends the last item, without waiting for room; nothing happens when the queue was closed. */
    void putLast(StreamItem.Failed item) {
        lock.lock();
        try {
            if (!closed) {
                items.add(item);
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything that is there; waits for the first item, and not longer than {@code nanos}. */
    List<StreamItem> takeAll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (items.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<StreamItem> taken = items;
            items = new ArrayList<>();
            bytes = 0;
            emptied.signal();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return items.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is put or taken; whoever waits goes on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            items = new ArrayList<>();
            filled.signalAll();
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
