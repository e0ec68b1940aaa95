package io.changeover.capture.engine;

import io.changeover.capture.schema.SchemaBook;
import io.changeover.transport.definition.ServerAccess;
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

    /** Takes what the binlog says, in its order, on the engine's thread; what it throws ends the engine. */
    public interface Reader {

        void accept(StreamItem item);

        /** Nothing more is there for the moment. */
        void flush();

        /** Whether captured rows are wanted; else schema changes and commits only. */
        boolean wantsRows();
    }

    private static final Logger LOG = LoggerFactory.getLogger(BinlogEngine.class);

    /** Without a word from the server for this long the connection counts as dead; its heartbeat comes every 8 s. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Duration ORDERLY_END = Duration.ofSeconds(5);

    private final String name;
    private final AtomicLong heard = new AtomicLong(Long.MAX_VALUE);
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;

    /** @param name unique among the engines of this JVM */
    public BinlogEngine(
            String name,
            String source,
            ServerAccess server,
            SourcePosition position,
            SchemaBook book,
            long serverId,
            Reader reader) {
        this.name = name;
        EngineParts.put(name, new EngineParts(source, position.completed(), book, heard, reader.wantsRows()));
        Properties properties = EngineSettings.properties(name, server, serverId, book.captured());
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using((success, message, error) -> end(success, message, error))
                .notifying((events, committer) -> handle(events, reader))
                .build();
        this.thread = new Thread(engine, "engine-" + name);
        this.thread.setDaemon(true);
    }

    public void start() {
        heard.set(System.nanoTime());
        thread.start();
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

    private void handle(List<RecordChangeEvent<SourceRecord>> events, Reader reader) {
        try {
            for (RecordChangeEvent<SourceRecord> event : events) {
                reader.accept((StreamItem) event.record().value());
            }
            reader.flush();
        } catch (RuntimeException e) {
            // the engine reports a handler's failure late and wrapped; nothing may be read on meanwhile
            ended.completeExceptionally(e);
            throw e;
        }
    }

    private void end(boolean success, @Nullable String message, @Nullable Throwable error) {
        if (success) {
            ended.complete(null);
            return;
        }
        ended.completeExceptionally(error != null ? error : new IOException(message));
    }

    @Override
    public void close() {
        try {
            engine.close();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("engine {} was closed already", name, e);
        }
        try {
            // an engine that fails may still be ending its tasks: interrupted, it leaves their connections and threads
            // behind
            thread.join(ORDERLY_END.toMillis());
            thread.interrupt();
            thread.join(ORDERLY_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        EngineParts.remove(name);
    }
}
