package io.changeover.capture.publish;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.Timeline;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts everything that a source publishes into one order and gives every row its version. The stream side calls {@link #rows},
 * {@link #committed} and {@link #altered} in binlog order and {@link #flush} at the end of what it has; readers
 * {@link #open} a chunk, read, and hand it over.
 *
 * <p>What it keeps: inside a topic no row message is ever followed by an older one of its key (KeyOrder); the position never
 * speaks of rows that are not in the same transaction or before (ProgressBehindData).
 *
 * <p>Thread-safe by one lock; futures are completed outside of it. After any exception it is dead: what was half handed in, or
 * half published, must not be published by the next call. Every later call fails, and so does every future that waits.
 *
 * <p>Next: {@link PublishLog}.
 */
public final class OrderedPublisher {

    private final PublishLog log;
    private final ToIntFunction<TableName> sourceNumbers;
    private final ChunkRegister chunks = new ChunkRegister();

    private SourcePosition published;
    private GtidSet completed;
    private final TransactionCursor transaction;
    private Timeline timeline;
    private SourcePosition.@Nullable Commit last;
    private long commitMicros;

    private final List<ChangeEvent> changes = new ArrayList<>();
    private final List<DdlEvent> ddl = new ArrayList<>();
    /** Statements of the transaction that is being read; they join the batch with its commit, so that a re-read repeats none. */
    private final List<DdlEvent> ddlOfRunning = new ArrayList<>();

    private final List<Mark> marks = new ArrayList<>();
    private boolean advanced;
    private boolean dead;
    /** What ended it: who calls afterwards on another thread may be the first to tell, and has to tell this. */
    private @Nullable Throwable failure;

    /** @param sourceNumbers the number of each captured table, 1 to 65535 */
    public OrderedPublisher(SourcePosition start, ToIntFunction<TableName> sourceNumbers, PublishLog log) {
        this.log = log;
        this.sourceNumbers = sourceNumbers;
        this.published = start;
        this.completed = start.completed();
        this.transaction = new TransactionCursor(start.running());
        this.timeline = start.timeline();
        this.last = start.last();
        this.commitMicros = start.commitMicros();
    }

    /** The position that is durable. */
    public synchronized SourcePosition published() {
        return published;
    }

    /**
     * The stream is about to be read anew, from the start of a transaction at or before the position: call it before the first
     * row of every (re)started stream. Without it the rows of a transaction that was cut would be counted on, not anew.
     */
    public void reread() {
        locked(() -> {
            transaction.reread();
            ddlOfRunning.clear();
        });
    }

    /** The next captured row changes of {@code gtid}. What was published before is dropped, by GTID and by ordinal. */
    public void rows(Gtid gtid, List<RowChange> more) {
        locked(() -> more.forEach(change -> addRow(gtid, change)));
    }

    private void addRow(Gtid gtid, RowChange change) {
        if (completed.contains(gtid)) {
            return;
        }
        begin(gtid);
        boolean keyChanged = keyChanged(change);
        int messages = keyChanged ? 2 : 1;
        TableName table = change.schema().name();
        int first = transaction.read(table, messages);
        if (transaction.advance(table, first, messages)) {
            emit(change, keyChanged, gtid, first);
            advanced = true;
        }
    }

    /** The end of transaction {@code gtid}, with or without captured rows. */
    public void committed(Gtid gtid, long micros) {
        committed(gtid, micros, false);
    }

    /** @param recognisable whether the commit time tells the transaction from another one of that GTID, on any server */
    public void committed(Gtid gtid, long micros, boolean recognisable) {
        locked(() -> complete(gtid, micros, recognisable));
    }

    private void complete(Gtid gtid, long micros, boolean recognisable) {
        if (completed.contains(gtid)) {
            return;
        }
        if (gtid.equals(transaction.gtid())) {
            Set<TableName> shortened = transaction.shortened();
            if (!shortened.isEmpty()) {
                throw new ChangeoverException(new Problem(
                        ExitCode.SOURCE_GAP,
                        "GTID " + gtid,
                        "the transaction has fewer rows of " + shortened + " now than when it was published",
                        "the source is not the server it was (restored or rewritten binlog): point capture at a server with"
                                + " the same history; if there is none: " + CaptureStop.ACKNOWLEDGE));
            }
            transaction.end();
        }
        ddl.addAll(ddlOfRunning);
        ddlOfRunning.clear();
        completed = completed.plus(gtid);
        if (recognisable) {
            last = new SourcePosition.Commit(gtid, micros);
        }
        commitMicros = Math.max(commitMicros, micros);
        advanced = true;
        if (chunks.isAsked() && transaction.gtid() == null) {
            publishAll();
        }
    }

    /**
     * A statement that changed a table or a database; its transaction is committed by {@link #committed}. The schemas that
     * {@link #open} asks for must be the new ones already.
     */
    public void altered(Gtid gtid, DdlEvent event, Collection<TableName> tables) {
        locked(() -> {
            if (completed.contains(gtid)) {
                return;
            }
            ddlOfRunning.add(event);
            chunks.discard(tables);
        });
    }

    /**
     * No more rows of these tables come, and why. That is durable before the position passes what is left out, for all of them
     * together, and what was read of them is not published.
     */
    public void leave(Map<TableName, Problem> tables) {
        locked(() -> {
            chunks.discard(tables.keySet());
            tables.forEach((table, why) -> {
                transaction.leave(table);
                marks.add(new Mark(Progress.stopKey(table), new CaptureStop(why).encode()));
            });
        });
    }

    /** Publishes what was handed in, and every chunk that is ready, in one transaction. Does nothing when there is nothing. */
    public void flush() {
        locked(this::publishAll);
    }

    /** Publishes marks alone, as soon as they can be: the state of a backfill that begins, of a signal that was refused. */
    public void mark(Collection<Mark> more) {
        locked(() -> {
            marks.addAll(more);
            publishAll();
        });
    }

    /**
     * Asks for a chunk of a table. Granted between two transactions, when everything that was handed in is published: only
     * then does one number say what the stream has published. Complete the chunk by {@link #handOver} or {@link #abandon}.
     *
     * @param schema the table's columns as the stream knows them; asked when the chunk is granted, because a schema from
     *     before a DDL that the stream has passed would lose the new columns' values
     */
    public CompletableFuture<Chunk> open(Supplier<TableSchema> schema, Origin origin) {
        return locked(() -> {
            CompletableFuture<Chunk> granted = chunks.ask(schema, origin);
            publishAll();
            return granted;
        });
    }

    /**
     * Hands over what was read; published when the stream has published all that the read could have seen.
     *
     * @throws IllegalStateException when the chunk was handed over before, abandoned, or opened by another publisher
     */
    public CompletableFuture<ChunkOutcome> handOver(Chunk chunk, ChunkRead read) {
        CompletableFuture<ChunkOutcome> outcome;
        synchronized (this) {
            alive();
            outcome = chunks.handOver(chunk, read); // a wrong call is the reader's trouble, not the stream's
        }
        flush();
        return outcome;
    }

    /** Whether a chunk waits for the stream: to be opened, or to be published. */
    public synchronized boolean isAwaited() {
        return chunks.isAwaited();
    }

    /** Forgets a chunk whose read failed. */
    public synchronized void abandon(Chunk chunk) {
        chunks.abandon(chunk);
    }

    /** No more calls: what was handed in and not flushed is dropped, and everyone who waits for a chunk is told. */
    public void close() {
        List<Runnable> due;
        synchronized (this) {
            fail(new IllegalStateException("the publisher was closed"));
            due = chunks.takeNotices();
        }
        due.forEach(Runnable::run);
    }

    private void locked(Runnable work) {
        locked(() -> {
            work.run();
            return true;
        });
    }

    private <T> T locked(Supplier<T> work) {
        List<Runnable> due = List.of();
        try {
            synchronized (this) {
                alive();
                // until the work is done: the position of a later call must not pass a half handed in row
                dead = true;
                try {
                    T result = work.get();
                    dead = false;
                    return result;
                } catch (RuntimeException | Error e) {
                    fail(e);
                    throw e;
                } finally {
                    due = chunks.takeNotices();
                }
            }
        } finally {
            // outside the lock: whoever goes on from a future may call this publisher, or wait for who does
            due.forEach(Runnable::run);
        }
    }

    private void fail(Throwable cause) {
        dead = true;
        if (failure == null) {
            failure = cause;
        }
        chunks.fail(cause);
    }

    private void publishAll() {
        chunks.settle(completed, changes, marks);
        if (advanced || !changes.isEmpty() || !marks.isEmpty()) {
            publish();
        }
        chunks.published();
        if (transaction.gtid()
                == null) { // else rows of the running transaction are published that no chunk would remember
            chunks.grant(schema -> version(schema, timeline.lastCaptured(), Version.WHOLE_TRANSACTION), completed);
        }
    }

    private void begin(Gtid gtid) {
        Gtid present = transaction.gtid();
        if (present == null) {
            timeline = timeline.admit(gtid);
            transaction.begin(gtid);
        } else if (!present.equals(gtid)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "GTID " + gtid,
                    "rows came before the end of " + present + ", of which a part is published",
                    "the source lost the end of that transaction: point capture at a server that has it; if there is none: "
                            + CaptureStop.ACKNOWLEDGE));
        }
    }

    private void emit(RowChange change, boolean keyChanged, Gtid gtid, int first) {
        TableSchema schema = change.schema();
        Provenance from = change.provenance();
        Row before = change.before();
        Row after = change.after();
        if (before != null && after != null && !keyChanged) {
            changes.add(ChangeEvent.updated(schema, before, after, version(schema, gtid.sequence(), first), from));
        } else {
            int next = first;
            if (before != null) {
                changes.add(ChangeEvent.deleted(schema, before, version(schema, gtid.sequence(), next++), from));
            }
            if (after != null) {
                changes.add(ChangeEvent.inserted(schema, after, version(schema, gtid.sequence(), next), from));
            }
        }
        chunks.streamed(schema, before, after);
    }

    private Version version(TableSchema schema, long transaction, int row) {
        return new Version(sourceNumbers.applyAsInt(schema.name()), timeline.number(), transaction, row);
    }

    private static boolean keyChanged(RowChange change) {
        Row before = change.before();
        Row after = change.after();
        return before != null && after != null && !change.schema().sameKey(before, after);
    }

    private void publish() {
        PublishBatch batch = new PublishBatch(
                changes,
                ddl,
                marks,
                new SourcePosition(
                        completed,
                        transaction.running(),
                        timeline,
                        published.schemaAsOf(),
                        published.historyFrom(),
                        published.endOffsets(),
                        last,
                        commitMicros));
        published = log.append(batch);
        changes.clear();
        ddl.clear();
        marks.clear();
        advanced = false;
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException(
                    "the publisher failed before; begin anew from the durable position", failure);
        }
    }
}
