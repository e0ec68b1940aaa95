package io.changeover.capture.engine;

import io.changeover.capture.schema.SchemaBook;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the binlog between a start position and the moment the schemas were read, without its rows: a change of a table in
 * between would give the rows before it the names of after it, and often nothing else would tell.
 *
 * <p>Confined to one thread.
 */
public final class SchemaScan {

    private final String name;
    private final String source;
    private final ServerAccess server;

    /** @param name unique among the engines of this JVM */
    public SchemaScan(String name, String source, ServerAccess server) {
        this.name = name;
        this.source = source;
        this.server = server;
    }

    /**
     * Returns when no transaction of {@code until} that is not in {@code position} changes a table of {@code book}.
     *
     * @param book the schemas as of {@code until}; used up
     * @throws ChangeoverException (17) when one does
     */
    public void requireUnchanged(SourcePosition position, GtidSet until, SchemaBook book)
            throws ExecutionException, InterruptedException, IOException {
        if (position.completed().containsAll(until)) {
            return;
        }
        Passed passed = new Passed(position.completed(), until);
        long serverId = ThreadLocalRandom.current().nextLong(1L << 30, 1L << 32);
        try (BinlogEngine engine =
                new BinlogEngine(name, source, server, position.completed(), null, book, serverId, passed)) {
            engine.start();
            CompletableFuture<?> end = CompletableFuture.anyOf(passed.all, engine.ended());
            while (!end.isDone()) {
                try {
                    end.get(500, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (engine.silent()) {
                        throw new IOException("the server has been silent for too long, no heartbeat came", e);
                    }
                }
            }
            end.get();
            if (!passed.all.isDone()) {
                throw new IOException("the engine ended by itself");
            }
        }
    }

    private static final class Passed implements BinlogEngine.Reader {

        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private final GtidSet until;
        private GtidSet seen;

        Passed(GtidSet seen, GtidSet until) {
            this.seen = seen;
            this.until = until;
        }

        @Override
        public void accept(StreamItem item) {
            if (all.isDone()) {
                return;
            }
            if (item instanceof StreamItem.Failed failed) {
                throw failed.cause();
            }
            if (item instanceof StreamItem.Left left) {
                throw new ChangeoverException(List.copyOf(left.tables().values()));
            }
            if (item instanceof StreamItem.Committed end) {
                seen = seen.plus(end.gtid());
            }
            if (item instanceof StreamItem.Altered altered) {
                seen = seen.plus(altered.gtid());
            }
            if (seen.containsAll(until)) {
                all.complete(null);
            }
        }

        @Override
        public boolean hurries() {
            return false;
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public boolean wantsRows() {
            return false;
        }
    }
}
