package io.changeover.capture.engine;

import io.changeover.capture.schema.SchemaBook;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the engine, from a position until it fails or is closed. Never restarts by itself: its own restart goes on in
 * mid-transaction with a count of events, ours at the transaction's start.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link BinlogStream}.
 */
public final class BinlogEngine implements AutoCloseable {

    static final String NAME = "name";

    /** Takes what the binlog says, in its order, on a thread beside the one that reads; what it throws ends the engine. */
    public interface Reader {

        void accept(StreamItem item);

        /** Whether rows were accepted since the last flush, or somebody waits for what was committed. */
        boolean hurries();

        /** Nothing more is there for the moment. */
        void flush();

        /** Whether captured rows are wanted; else schema changes and commits only. */
        boolean wantsRows();
    }

    private static final Logger LOG = LoggerFactory.getLogger(BinlogEngine.class);

    /** Without a word from the server for this long the connection counts as dead; its heartbeat comes every 8 s. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Duration ORDERLY_END = Duration.ofSeconds(5);

    private static final Duration NOTHING_LEFT = Duration.ofMillis(500);

    private final String name;
    private final BinlogRefusal refusal;
    private final AtomicLong heard = new AtomicLong(Long.MAX_VALUE);
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> recognised = new CompletableFuture<>();
    private final SourcePosition.@Nullable Commit witness;
    private final StreamQueue queue = new StreamQueue();
    private final Thread thread;
    private final Thread publishing;

    /**
     * @param name unique among the engines of this JVM
     * @param completed where to begin: after these transactions
     * @param witness one that was published, and is in the server's binlogs: to be read once more, to see that this is still
     *     the same history. Null: none is known
     */
    public BinlogEngine(
            String name,
            String source,
            ServerAccess server,
            GtidSet completed,
            SourcePosition.@Nullable Commit witness,
            SchemaBook book,
            long serverId,
            Reader reader) {
        this.name = name;
        this.refusal = new BinlogRefusal("source " + source + ", server " + server.address(), serverId);
        this.witness = witness;
        GtidSet before = witness == null ? completed : completed.minus(GtidSet.EMPTY.plus(witness.gtid()));
        EngineParts.put(
                name, new EngineParts(source, before, witness, book, heard, reader.wantsRows(), queue, refusal));
        Properties properties = EngineSettings.properties(name, server, serverId, book.captured());
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using((success, message, error) -> end(success, message, error))
                .notifying((events, committer) -> {
                    throw new IllegalStateException(events.size() + " records came out of the engine");
                })
                .build();
        this.thread = new Thread(engine, "engine-" + name);
        this.thread.setDaemon(true);
        this.publishing = new Thread(() -> publish(reader), "publish-" + name);
        this.publishing.setDaemon(true);
    }

    public void start() {
        if (witness == null) {
            recognised.complete(null);
        }
        heard.set(System.nanoTime());
        thread.start();
        publishing.start();
    }

    /** Completes when the witness has been read and was the same; at once where there is none. */
    public CompletableFuture<Void> recognised() {
        return recognised;
    }

    /** Completes when the engine has ended, exceptionally unless it was closed. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Whether the server has been silent for too long: close the engine and begin anew. */
    public boolean silent() {
        long last = heard.get();
        return last != Long.MAX_VALUE && System.nanoTime() - last > SILENCE.toNanos();
    }

    private void publish(Reader reader) {
        FlushPace pace = new FlushPace(System.nanoTime());
        try {
            while (!ended.isDone()) {
                // what comes within a moment joins the Kafka transaction: many small ones would be as many
                List<StreamItem> items = queue.takeAll(pace.left(System.nanoTime(), reader.hurries()));
                for (StreamItem item : items) {
                    reader.accept(item);
                    recognise(item);
                }
                long now = System.nanoTime();
                if (!items.isEmpty()) {
                    pace.read(now);
                }
                if (queue.isEmpty() && pace.left(now, reader.hurries()) <= 0) {
                    reader.flush();
                    pace.flushed(System.nanoTime());
                }
            }
        } catch (RuntimeException | Error e) {
            ended.completeExceptionally(e);
        } catch (InterruptedException e) {
            ended.completeExceptionally(e);
            Thread.currentThread().interrupt();
        } finally {
            queue.close(); // nothing may be read on meanwhile
        }
    }

    private void recognise(StreamItem item) {
        if (witness != null
                && item instanceof StreamItem.Committed end
                && end.gtid().equals(witness.gtid())) {
            recognised.complete(null);
        }
    }

    private void end(boolean success, @Nullable String message, @Nullable Throwable error) {
        if (success) {
            ended.complete(null);
            return;
        }
        ended.completeExceptionally(error != null ? refusal.explained(error) : new IOException(message));
    }

    /**
     * The engine refuses to end while its tasks start, and has then to be asked again; else they would go on for ever.
     *
     * @return whether it was us who ended its tasks, to the last; false when it ends by itself, or already has
     */
    private boolean stop() throws InterruptedException {
        long deadline = System.nanoTime() + ORDERLY_END.toNanos();
        while (true) {
            try {
                engine.close();
                return true;
            } catch (IOException | IllegalStateException e) {
                LOG.debug("engine {} does not end, or has ended", name, e);
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
            }
            thread.join(50);
            if (!thread.isAlive()) {
                return false;
            }
        }
    }

    @Override
    public void close() {
        queue.close();
        publishing.interrupt();
        try {
            // An engine that fails may still be ending its tasks: interrupted, it leaves connections and threads. One
            // that was closed
            // has none left, but if it was just about to poll them, its thread waits for a poll that was thrown away.
            thread.join((stop() ? NOTHING_LEFT : ORDERLY_END).toMillis());
            thread.interrupt();
            thread.join(ORDERLY_END.toMillis());
            publishing.join(ORDERLY_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        EngineParts.remove(name);
    }
}
