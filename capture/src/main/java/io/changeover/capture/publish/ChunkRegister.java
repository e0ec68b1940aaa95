package io.changeover.capture.publish;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.GtidSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that readers asked for, opened, or handed over, until their rows are published. What it keeps: a key that was
 * published after a chunk was opened, by the stream or by a newer chunk, does not leave that chunk any more (KeyOrder).
 *
 * <p>Confined to the lock of its {@link OrderedPublisher}, which completes the futures by {@link #takeNotices} once the lock
 * is free.
 */
final class ChunkRegister {

    private final List<Opening> openings = new ArrayList<>();
    private final Map<Chunk, Handover> open = new LinkedHashMap<>();
    private final Map<Chunk, ChunkOutcome> settled = new LinkedHashMap<>();
    private List<Runnable> notices = new ArrayList<>();

    private record Opening(Supplier<TableSchema> schema, Origin origin, CompletableFuture<Chunk> granted) {}

    private static final class Handover {
        private @Nullable ChunkRead read;
        private final CompletableFuture<ChunkOutcome> outcome = new CompletableFuture<>();
    }

    CompletableFuture<Chunk> ask(Supplier<TableSchema> schema, Origin origin) {
        CompletableFuture<Chunk> granted = new CompletableFuture<>();
        openings.add(new Opening(schema, origin, granted));
        return granted;
    }

    boolean isAsked() {
        return !openings.isEmpty();
    }

    /** Whether a chunk was asked for, or is read and not published. */
    boolean isAwaited() {
        return isAsked() || open.values().stream().anyMatch(handover -> handover.read != null);
    }

    /**
     * Opens every chunk that was asked for. Only between two transactions, when everything that was handed in is published.
     *
     * @param stamp the version of the rows of a chunk, by its schema
     * @param published what is published
     */
    void grant(Function<TableSchema, Version> stamp, GtidSet published) {
        for (Opening opening : openings) {
            try {
                TableSchema schema = opening.schema().get();
                Chunk chunk = new Chunk(schema, opening.origin(), stamp.apply(schema), published);
                open.put(chunk, new Handover());
                notices.add(() -> opening.granted().complete(chunk));
            } catch (RuntimeException e) { // a table that is gone: the reader's trouble, not the stream's
                notices.add(() -> opening.granted().completeExceptionally(e));
            }
        }
        openings.clear();
    }

    /** @throws IllegalStateException when the chunk is not open, or was handed over before */
    CompletableFuture<ChunkOutcome> handOver(Chunk chunk, ChunkRead read) {
        Handover handover = open.get(chunk);
        if (handover == null || handover.read != null) {
            throw new IllegalStateException("a chunk of " + chunk.table() + " that is not open was handed over");
        }
        handover.read = read;
        return handover.outcome;
    }

    void abandon(Chunk chunk) {
        open.remove(chunk);
    }

    /** The tables' columns changed: rows that were read before or after it could not be told apart. */
    void discard(Collection<TableName> tables) {
        open.keySet().stream().filter(chunk -> tables.contains(chunk.table())).forEach(Chunk::discard);
    }

    /** The stream publishes a change of these rows. */
    void streamed(TableSchema schema, @Nullable Row before, @Nullable Row after) {
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

    /**
     * Takes the rows of every chunk that is ready: the stream has published all that its read could have seen. Published
     * before that, a row of the chunk would be followed by an older one. Its reader is told by {@link #published}.
     */
    void settle(GtidSet completed, List<ChangeEvent> changes, List<Mark> marks) {
        open.forEach((chunk, handover) -> {
            ChunkRead read = handover.read;
            if (read != null && (chunk.discarded() || completed.containsAll(read.executed()))) {
                settled.put(chunk, take(chunk, read, changes, marks));
            }
        });
    }

    /** What was settled is durable. */
    void published() {
        settled.forEach((chunk, outcome) -> {
            Handover handover = open.remove(chunk);
            if (handover != null) {
                notices.add(() -> handover.outcome.complete(outcome));
            }
        });
        settled.clear();
    }

    private ChunkOutcome take(Chunk chunk, ChunkRead read, List<ChangeEvent> changes, List<Mark> marks) {
        if (chunk.discarded()) {
            return new ChunkOutcome(true, 0, List.of());
        }
        int before = changes.size();
        for (Row row : read.found()) {
            if (!chunk.superseded(row)) {
                changes.add(ChangeEvent.inserted(chunk.schema(), row, chunk.stamp(), read.provenance()));
                overtake(chunk, row);
            }
        }
        List<Row> again = new ArrayList<>();
        for (Row row : read.missing()) {
            if (chunk.missingMayHaveAppeared(row)) {
                again.add(row);
            } else {
                changes.add(ChangeEvent.deleted(chunk.schema(), row, chunk.stamp(), read.provenance()));
                overtake(chunk, row);
            }
        }
        marks.addAll(read.done());
        return new ChunkOutcome(false, changes.size() - before, again);
    }

    /** Chunks that were stamped earlier and are published later must leave out what this one publishes. */
    private void overtake(Chunk chunk, Row row) {
        for (Chunk other : open.keySet()) {
            if (other.overlaps(chunk) && chunk.stamp().isAfter(other.stamp())) {
                other.streamed(chunk.schema(), row);
            }
        }
    }

    /** Everyone who waits is told. */
    void fail(Throwable cause) {
        openings.forEach(opening -> notices.add(() -> opening.granted().completeExceptionally(cause)));
        open.values().forEach(handover -> notices.add(() -> handover.outcome.completeExceptionally(cause)));
        openings.clear();
        open.clear();
        settled.clear();
    }

    /** Futures to complete, outside of the lock. */
    List<Runnable> takeNotices() {
        if (notices.isEmpty()) {
            return List.of();
        }
        List<Runnable> due = notices;
        notices = new ArrayList<>();
        return due;
    }
}
