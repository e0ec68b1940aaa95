package io.changeover.deploy.simulation;

import io.changeover.capture.publish.Chunk;
import io.changeover.capture.publish.ChunkOutcome;
import io.changeover.capture.publish.ChunkRead;
import io.changeover.capture.publish.Mark;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.GtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A reader of rows as of now: backfill of a part of a table, or refresh of keys. One {@link #step} at a time. */
final class FakeReader {

    private final FakeCapture capture;
    private final FakeSource source;
    private final Wiring wiring;
    final TableName table;
    final Origin origin;
    final int part;
    final List<String> keys;

    private CompletableFuture<Chunk> granted;
    private CompletableFuture<ChunkOutcome> outcome;
    private List<Row> found;
    private List<Row> missing;
    private GtidSet readUpTo;
    private long readAt;
    private int server;

    FakeReader(
            FakeCapture capture,
            FakeSource source,
            Wiring wiring,
            TableName table,
            Origin origin,
            int part,
            List<String> keys) {
        this.capture = capture;
        this.source = source;
        this.wiring = wiring;
        this.table = table;
        this.origin = origin;
        this.part = part;
        this.keys = keys;
    }

    void open() {
        found = null;
        readUpTo = null;
        outcome = null;
        granted = capture.publisher.open(() -> capture.schema(table), origin);
    }

    static String mark(TableName table, int part) {
        return table + "/" + part;
    }

    boolean viewIsOpen() {
        return found != null && outcome == null;
    }

    /** Goes on by one step; returns the outcome once it is there, and null before. */
    ChunkOutcome step() {
        if (!granted.isDone()) {
            return null;
        }
        Chunk chunk = granted.join();
        if (found == null) {
            if (!wiring.waitsForPublished() || source.gtidExecuted.containsAll(chunk.published())) {
                read(chunk);
            }
            return null;
        }
        if (outcome == null) {
            handOver(chunk);
            return null;
        }
        if (!outcome.isDone()) {
            return null;
        }
        ChunkOutcome result = outcome.join();
        if (result.discarded()) {
            open();
            return null;
        }
        return result;
    }

    private void read(Chunk chunk) {
        server = source.server;
        found = new ArrayList<>();
        missing = new ArrayList<>();
        readAt = source.writes;
        for (int i = source.history.size() - 1; i >= source.visible; i--) {
            readAt -= source.history.get(i).changes().size();
        }
        if (origin == Origin.BACKFILL) {
            source.seen.get(table).values().forEach(row -> {
                if ((row.id().hashCode() & 1) == part) {
                    found.add(row.in(chunk.schema()));
                }
            });
        } else {
            keys.forEach(key -> readKey(chunk, key));
        }
        readUpTo = wiring.readUpTo(source);
    }

    private void readKey(Chunk chunk, String key) {
        String identity = Image.sourceIdentity(table, key);
        boolean there = false;
        for (Image row : source.seen.get(table).values()) {
            if (Image.sourceIdentity(table, row.id()).equals(identity)) {
                found.add(row.in(chunk.schema()));
                there = true;
            }
        }
        if (!there) {
            missing.add(Image.keyRow(chunk.schema(), key));
        }
    }

    private void handOver(Chunk chunk) {
        if (server != source.server) { // the connection is gone with the server
            capture.publisher.abandon(chunk);
            open();
            return;
        }
        List<Mark> done = origin == Origin.BACKFILL ? List.of(new Mark(mark(table, part), "{}")) : List.of();
        outcome = capture.publisher.handOver(
                chunk,
                new ChunkRead(found, missing, readUpTo, new Provenance("legacy", origin, "", "", readAt, 0, 0), done));
    }
}
