package io.changeover.capture.backfill;

import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.publish.Chunk;
import io.changeover.capture.publish.ChunkOutcome;
import io.changeover.capture.publish.ChunkRead;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.position.GtidSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table from its first row to its last, part by part along the primary key. Parts are read by any number of readers
 * at the same time, and published one after the other in the order of the key: so the mark that is published with each says
 * that everything up to a key is there, and a crash goes on behind it.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link OrderedPublisher#handOver}.
 */
final class TableBackfill {

    private static final Logger LOG = LoggerFactory.getLogger(TableBackfill.class);

    /**
     * Where a part begins.
     *
     * @param walk the walk along the key that it belongs to; a new one begins at the mark where a part was lost
     * @param number its place in the walk
     * @param after the key that it begins behind; null: the first row of all
     */
    private record Begin(int walk, long number, @Nullable List<String> after) {}

    /** @param to the key that the part ends with; null: the table ends with it */
    private record Rows(
            Begin begin, List<Row> rows, @Nullable List<String> to) {}

    /**
     * A part that is to be published at its turn, or was begun and could not be read: then it, and what was read behind it, is
     * read anew.
     */
    record Part(int walk, long number, @Nullable Read read) {}

    /** @param last the key up to which everything is read; null: no row came */
    private record Read(
            Chunk chunk,
            List<Row> rows,
            GtidSet executed,
            @Nullable List<String> last,
            boolean isEnd) {}

    private final String source;
    private final TableName table;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final BackfillListener listener;
    private final InstantSource clock;
    private final ChunkSize size;
    /** Held while one part ends and the next one begins. */
    private final ReentrantLock walking = new ReentrantLock();

    private BackfillMark mark;
    private int walk;
    private long published;
    private long begun;
    private @Nullable List<String> frontier;
    private boolean ended;
    private boolean left;
    private int readers;

    /** @param chunkRows the most rows of a part */
    TableBackfill(
            String source,
            TableName table,
            BackfillMark mark,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            BackfillListener listener,
            int chunkRows,
            InstantSource clock) {
        this.source = source;
        this.table = table;
        this.mark = mark;
        this.publisher = publisher;
        this.schemas = schemas;
        this.listener = listener;
        this.size = new ChunkSize(chunkRows);
        this.clock = clock;
        this.frontier = mark.last();
    }

    TableName table() {
        return table;
    }

    synchronized boolean isDone() {
        return left || mark.state() != BackfillMark.State.RUNNING;
    }

    /** Whether there may be a part that nobody reads yet. */
    synchronized boolean hasMore() {
        return !isDone() && !ended;
    }

    /** How many read one of its parts at this moment. */
    synchronized int readers() {
        return readers;
    }

    synchronized void join() {
        readers++;
    }

    synchronized void leave() {
        readers--;
    }

    /** The stream has left the table: what was read is of no use any more. */
    synchronized void end() {
        left = true;
        walkAnew();
    }

    /** How many rows a part should have. */
    int wanted() {
        return size.rows();
    }

    /**
     * Reads the next part; null when there is none, or not now.
     *
     * @param shared whether others may read the next parts meanwhile. Then the end of the part is found before its rows are
     *     read, which costs the server a look at the key of each; else they would wait, and reading alone tells the end.
     */
    @Nullable
    Part read(ReadView view, int limit, boolean shared) throws SQLException, InterruptedException, ExecutionException {
        Chunk chunk = publisher
                .open(() -> schemas.get(table).schema(), Origin.BACKFILL)
                .get();
        Begin[] begin = new Begin[1];
        try {
            CapturedTable captured = schemas.get(table);
            if (!captured.schema().equals(chunk.schema())) {
                publisher.abandon(chunk); // changed again since it was granted
                return null;
            }
            KeyedSelect select = new KeyedSelect(captured);
            ReadView.Seen<Optional<Rows>> seen =
                    view.read(chunk.published(), connection -> rows(connection, select, limit, shared, begin));
            if (seen.result().isEmpty()) {
                publisher.abandon(chunk);
                return null;
            }
            Rows rows = seen.result().get();
            List<String> last = rows.to() != null ? rows.to() : lastKey(select, rows.rows());
            return new Part(
                    rows.begin().walk(),
                    rows.begin().number(),
                    new Read(chunk, rows.rows(), seen.executed(), last, rows.to() == null));
        } catch (SQLException e) {
            publisher.abandon(chunk);
            if (!changedUnderneath(e)) {
                throw e;
            }
            LOG.info("{} changes while it is read, trying again: {}", table, e.getMessage());
            Thread.sleep(100); // the stream has to pass the change first
            return begin[0] == null ? null : new Part(begin[0].walk(), begin[0].number(), null);
        } catch (InterruptedException | RuntimeException e) {
            publisher.abandon(chunk);
            throw e;
        }
    }

    private Optional<Rows> rows(Connection connection, KeyedSelect select, int limit, boolean shared, Begin[] begun)
            throws SQLException, InterruptedException {
        List<String> to;
        Begin begin;
        walking.lockInterruptibly();
        try {
            begin = begin();
            if (begin == null) {
                return Optional.empty();
            }
            begun[0] = begin;
            if (!shared) {
                long start = System.nanoTime();
                List<Row> rows = select.after(connection, begin.after(), limit);
                size.read(rows.size(), System.nanoTime() - start, characters(rows));
                to = rows.size() < limit ? null : lastKey(select, rows);
                walked(begin, to);
                return Optional.of(new Rows(begin, rows, to));
            }
            to = select.boundary(connection, begin.after(), limit);
            walked(begin, to);
        } finally {
            walking.unlock();
        }
        long start = System.nanoTime();
        // by both bounds, not by their number: without read views rows come and go between the statements
        List<Row> rows = select.between(connection, begin.after(), to);
        size.read(rows.size(), System.nanoTime() - start, characters(rows));
        return Optional.of(new Rows(begin, rows, to));
    }

    private synchronized @Nullable Begin begin() {
        return hasMore() ? new Begin(walk, begun++, frontier) : null;
    }

    private synchronized void walked(Begin part, @Nullable List<String> to) {
        if (part.walk() == walk) { // else another walk has begun, and this part is of no use
            frontier = to;
            ended = to == null;
        }
    }

    /**
     * Waits until everything before the part is durable. False when the part is of no use: it, or one before it, is to be read
     * again.
     */
    synchronized boolean awaitTurn(Part part) throws InterruptedException {
        while (part.walk() == walk && part.number() != published) {
            wait();
        }
        if (part.walk() == walk && part.read() != null) {
            return true;
        }
        if (part.walk() == walk) {
            walkAnew();
        }
        if (part.read() != null) {
            publisher.abandon(part.read().chunk());
        }
        return false;
    }

    /** Publishes a part whose turn it is, and waits until it is durable. */
    void publish(Part part) throws InterruptedException, ExecutionException {
        Read read = part.read();
        if (read == null) {
            throw new IllegalArgumentException("a part of " + table + " that was not read");
        }
        BackfillMark next;
        synchronized (this) {
            next = mark.advanced(read.last(), read.rows().size(), read.isEnd(), clock.millis());
        }
        ChunkOutcome outcome = publisher
                .handOver(
                        read.chunk(),
                        new ChunkRead(
                                read.rows(),
                                List.of(),
                                read.executed(),
                                Provenance.read(source, Origin.BACKFILL, clock.millis() * 1000),
                                List.of(next.of(table))))
                .get();
        synchronized (this) {
            if (outcome.discarded()) {
                // not one of the parts behind it may be published: their marks would pass it
                LOG.info("columns of {} changed while it was read: it is read again from the last chunk on", table);
                walkAnew();
                return;
            }
            mark = next;
            published++;
            notifyAll();
        }
        listener.advanced(table, next);
        if (next.state() == BackfillMark.State.DONE) {
            LOG.info("backfill of {} is complete: {} rows", table, next.rows());
        }
    }

    /** Only while no part is being published, where another walk follows: else it would be read twice. */
    private synchronized void walkAnew() {
        walk++;
        begun = 0;
        published = 0;
        frontier = mark.last();
        ended = false;
        notifyAll();
    }

    private static @Nullable List<String> lastKey(KeyedSelect select, List<Row> rows) {
        return rows.isEmpty() ? null : select.keyOf(rows.get(rows.size() - 1));
    }

    /** The server's table has other columns than the stream knows yet. */
    private static boolean changedUnderneath(SQLException e) {
        SqlFailure failure = SqlFailure.of(e);
        return failure.kind() == SqlFailure.Kind.SCHEMA || failure.code() == 1412;
    }

    private static long characters(List<Row> rows) {
        long characters = 0;
        for (Row row : rows) {
            for (int i = 0; i < row.size(); i++) {
                String value = row.get(i);
                characters += value == null ? 0 : value.length();
            }
        }
        return characters;
    }
}
