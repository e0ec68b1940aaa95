package io.changeover.capture.publish;

import static java.util.Objects.requireNonNull;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.SourcePosition.Running;
import io.changeover.transport.position.Timeline;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts everything that a source publishes into one order and gives every row its version. The stream side calls {@link #row},
 * {@link #committed} and {@link #altered} in binlog order and {@link #flush} at the end of what it has; readers
 * {@link #open} a chunk, read, and hand it over.
 *
 * <p>What it keeps: inside a topic no row message is ever followed by an older one of its key (KeyOrder); the position never
 * speaks of rows that are not in the same transaction or before (ProgressBehindData).
 *
 * <p>Thread-safe by one lock; after an exception of the log it is dead, and every later call fails.
 *
 * <p>Next: {@link PublishLog}.
 */
public final class OrderedPublisher {

    private final PublishLog log;
    private final ToIntFunction<TableName> sourceNumbers;
    private final Map<Chunk, Handover> open = new LinkedHashMap<>();
    private final List<Opening> openings = new ArrayList<>();

    private SourcePosition published;
    private GtidSet completed;
    private @Nullable Running running;
    private Timeline timeline;
    private long commitMicros;
    /** Ordinal of the next row change of the running transaction as it is read now; behind {@code running} after a resume. */
    private int ordinal;

    private final List<ChangeEvent> changes = new ArrayList<>();
    private final List<DdlEvent> ddl = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean advanced;
    private boolean dead;

    private record Opening(TableSchema schema, Origin origin, CompletableFuture<Chunk> granted) {}

    private static final class Handover {
        private @Nullable ChunkRead read;
        private final CompletableFuture<ChunkOutcome> outcome = new CompletableFuture<>();
    }

    /** @param sourceNumbers the number of each captured table, 1 to 65535 */
    public OrderedPublisher(SourcePosition start, ToIntFunction<TableName> sourceNumbers, PublishLog log) {
        this.log = log;
        this.sourceNumbers = sourceNumbers;
        this.published = start;
        this.completed = start.completed();
        this.running = start.running();
        this.timeline = start.timeline();
        this.commitMicros = start.commitMicros();
    }

    /** The position that is durable. */
    public synchronized SourcePosition published() {
        return published;
    }

    /** The next captured row change of {@code gtid}. What was published before is dropped, by GTID and by ordinal. */
    public synchronized void row(Gtid gtid, RowChange change) {
        alive();
        if (completed.contains(gtid)) {
            return;
        }
        Running present = begin(gtid);
        boolean keyChanged = keyChanged(change);
        int first = ordinal;
        ordinal += keyChanged ? 2 : 1;
        if (Integer.compareUnsigned(first, present.next()) < 0) {
            return;
        }
        running = new Running(gtid, ordinal);
        advanced = true;
        emit(change, keyChanged, gtid, first);
    }

    /** The end of transaction {@code gtid}, with or without captured rows. */
    public synchronized void committed(Gtid gtid, long micros) {
        alive();
        if (completed.contains(gtid)) {
            return;
        }
        if (running != null && running.gtid().equals(gtid)) {
            if (Integer.compareUnsigned(ordinal, running.next()) < 0) {
                throw new ChangeoverException(new Problem(
                        ExitCode.SOURCE_GAP,
                        "GTID " + gtid,
                        "the transaction had " + Integer.toUnsignedString(running.next())
                                + " captured rows when it was published and has "
                                + Integer.toUnsignedString(ordinal) + " now",
                        "the source is not the server it was (restored or rewritten binlog): point capture at a server with"
                                + " the same history, or acknowledge a new timeline and refresh the tables"));
            }
            running = null;
            ordinal = 0;
        }
        completed = completed.plus(gtid);
        commitMicros = Math.max(commitMicros, micros);
        advanced = true;
        if (!openings.isEmpty() && running == null) {
            flush();
        }
    }

    /** A statement that changed a table or a database; its transaction is committed by {@link #committed}. */
    public synchronized void altered(Gtid gtid, DdlEvent event, Collection<TableName> tables) {
        alive();
        if (completed.contains(gtid)) {
            return;
        }
        ddl.add(event);
        advanced = true;
        // a chunk that was opened before may hold rows in the columns of before: its rows could not be told apart
        open.keySet().stream().filter(chunk -> tables.contains(chunk.table())).forEach(Chunk::discard);
    }

    /** Publishes what was handed in, and every chunk that is ready, in one transaction. Does nothing when there is nothing. */
    public synchronized void flush() {
        alive();
        Map<CompletableFuture<ChunkOutcome>, ChunkOutcome> outcomes = takeReadyChunks();
        if (advanced || !changes.isEmpty() || !marks.isEmpty()) {
            publish();
        }
        outcomes.forEach(CompletableFuture::complete);
        grantOpenings();
    }

    /** Publishes marks alone, as soon as they can be: the state of a backfill that begins, of a signal that was refused. */
    public synchronized void mark(Collection<Mark> more) {
        alive();
        marks.addAll(more);
        flush();
    }

    /**
     * Asks for a chunk of {@code schema}. Granted between two transactions, when everything that was handed in is published:
     * only then does one number say what the stream has published. Complete the chunk by {@link #handOver} or
     * {@link #abandon}.
     */
    public synchronized CompletableFuture<Chunk> open(TableSchema schema, Origin origin) {
        alive();
        CompletableFuture<Chunk> granted = new CompletableFuture<>();
        openings.add(new Opening(schema, origin, granted));
        flush();
        return granted;
    }

    /** Hands over what was read; published when the stream has published all that the read could have seen. */
    public synchronized CompletableFuture<ChunkOutcome> handOver(Chunk chunk, ChunkRead read) {
        alive();
        Handover handover = requireNonNull(open.get(chunk), "chunk is not open");
        handover.read = read;
        flush();
        return handover.outcome;
    }

    public synchronized void abandon(Chunk chunk) {
        open.remove(chunk);
    }

    private Running begin(Gtid gtid) {
        Running present = running;
        if (present == null) {
            timeline = timeline.admit(gtid);
            ordinal = 0;
            present = new Running(gtid, 0);
            running = present;
            return present;
        }
        if (!present.gtid().equals(gtid)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "GTID " + gtid,
                    "rows came before the end of " + present.gtid() + ", of which a part is published",
                    "the source lost the end of that transaction: point capture at a server that has it, or acknowledge a new"
                            + " timeline and refresh the tables"));
        }
        return present;
    }

    private void emit(RowChange change, boolean keyChanged, Gtid gtid, int first) {
        TableSchema schema = change.schema();
        Provenance from = change.provenance();
        Row before = change.before();
        Row after = change.after();
        if (before != null && after != null && !keyChanged) {
            changes.add(ChangeEvent.updated(schema, before, after, version(schema, gtid, first), from));
        } else {
            int next = first;
            if (before != null) {
                changes.add(ChangeEvent.deleted(schema, before, version(schema, gtid, next++), from));
            }
            if (after != null) {
                changes.add(ChangeEvent.inserted(schema, after, version(schema, gtid, next), from));
            }
        }
        for (Chunk chunk : open.keySet()) {
            if (chunk.table().equals(schema.name())) {
                if (before != null) {
                    chunk.streamed(schema, before);
                }
                if (after != null) {
                    chunk.streamed(schema, after);
                }
            }
        }
    }

    private Version version(TableSchema schema, Gtid gtid, int row) {
        return new Version(sourceNumbers.applyAsInt(schema.name()), timeline.number(), gtid.sequence(), row);
    }

    private static boolean keyChanged(RowChange change) {
        return change.before() != null
                && change.after() != null
                && !MessageKey.of(change.schema(), change.before())
                        .equals(MessageKey.of(change.schema(), change.after()));
    }

    private Map<CompletableFuture<ChunkOutcome>, ChunkOutcome> takeReadyChunks() {
        Map<CompletableFuture<ChunkOutcome>, ChunkOutcome> outcomes = new LinkedHashMap<>();
        for (Iterator<Map.Entry<Chunk, Handover>> it = open.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<Chunk, Handover> entry = it.next();
            ChunkRead read = entry.getValue().read;
            // published before the stream is there, a row of the chunk would be followed by an older one
            if (read != null && completed.containsAll(read.executed())) {
                outcomes.put(entry.getValue().outcome, take(entry.getKey(), read));
                it.remove();
            }
        }
        return outcomes;
    }

    private ChunkOutcome take(Chunk chunk, ChunkRead read) {
        if (chunk.discarded()) {
            return new ChunkOutcome(true, 0, List.of());
        }
        Provenance from = read.provenance();
        int rows = 0;
        for (Row row : read.found()) {
            if (!chunk.superseded(row)) {
                changes.add(ChangeEvent.inserted(chunk.schema(), row, chunk.stamp(), from));
                rows++;
            }
        }
        List<Row> again = new ArrayList<>();
        for (Row row : read.missing()) {
            if (chunk.missingMayHaveAppeared(row)) {
                again.add(row);
            } else {
                changes.add(ChangeEvent.deleted(chunk.schema(), row, chunk.stamp(), from));
                rows++;
            }
        }
        marks.addAll(read.done());
        return new ChunkOutcome(false, rows, again);
    }

    private void publish() {
        PublishBatch batch = new PublishBatch(
                changes,
                ddl,
                marks,
                new SourcePosition(
                        completed, running, timeline, published.schemaAsOf(), published.endOffsets(), commitMicros));
        dead = true; // until the log says otherwise: after a failure nobody knows what is durable
        published = log.append(batch);
        dead = false;
        changes.clear();
        ddl.clear();
        marks.clear();
        advanced = false;
    }

    private void grantOpenings() {
        if (running != null) {
            return; // rows of the running transaction are published that no chunk would remember
        }
        for (Opening opening : openings) {
            Version stamp = new Version(
                    sourceNumbers.applyAsInt(opening.schema().name()),
                    timeline.number(),
                    timeline.lastCaptured(),
                    Version.WHOLE_TRANSACTION);
            Chunk chunk = new Chunk(opening.schema(), opening.origin(), stamp, completed);
            open.put(chunk, new Handover());
            opening.granted().complete(chunk);
        }
        openings.clear();
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("the publisher failed before; begin anew from the durable position");
        }
    }
}
