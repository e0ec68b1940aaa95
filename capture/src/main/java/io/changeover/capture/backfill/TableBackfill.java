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
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table from its first row to its last, chunk by chunk along the primary key, each while the one before is
 * published. What a chunk has read is published with the mark of how far it is; a crash goes on behind the last mark.
 *
 * <p>Confined.
 *
 * <p>Next: {@link OrderedPublisher#handOver}.
 */
final class TableBackfill {

    private static final Logger LOG = LoggerFactory.getLogger(TableBackfill.class);

    private final String source;
    private final TableName table;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final ReadView view;
    private final ReadGate gate;
    private final BackfillListener listener;
    private final InstantSource clock;
    private final ChunkSize size = new ChunkSize();
    private final ExecutorService beside;
    private BackfillMark mark;

    /** @param next the mark once it is published */
    private record Ahead(Chunk chunk, ChunkRead read, BackfillMark next) {}

    private record Publishing(Future<ChunkOutcome> outcome, BackfillMark next) {}

    /** @param beside publishes one chunk while the next one is read */
    TableBackfill(
            String source,
            TableName table,
            BackfillMark mark,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            ReadView view,
            ReadGate gate,
            BackfillListener listener,
            ExecutorService beside,
            InstantSource clock) {
        this.source = source;
        this.table = table;
        this.mark = mark;
        this.publisher = publisher;
        this.schemas = schemas;
        this.view = view;
        this.gate = gate;
        this.listener = listener;
        this.beside = beside;
        this.clock = clock;
    }

    void run() throws SQLException, InterruptedException, ExecutionException {
        listener.advanced(table, mark);
        Publishing before = null;
        while (mark.state() == BackfillMark.State.RUNNING) {
            // read while the one before is published, handed over only behind it: a mark that passes a discarded chunk
            // would leave a gap
            Ahead ahead = read(before == null ? mark : before.next());
            if (before != null && !advance(before)) {
                abandon(ahead);
                ahead = null;
            }
            before = ahead == null ? null : publish(ahead);
        }
        LOG.info("backfill of {} is complete: {} rows", table, mark.rows());
    }

    /** Null when there is nothing to read, or not now. */
    private @Nullable Ahead read(BackfillMark from) throws SQLException, InterruptedException, ExecutionException {
        if (from.state() != BackfillMark.State.RUNNING) {
            return null;
        }
        int limit = gate.await(table, size.rows(), view);
        Chunk chunk = publisher
                .open(() -> schemas.get(table).schema(), Origin.BACKFILL)
                .get();
        try {
            CapturedTable captured = schemas.get(table);
            if (!captured.schema().equals(chunk.schema())) {
                publisher.abandon(chunk); // changed again since it was granted
                return null;
            }
            KeyedSelect select = new KeyedSelect(captured);
            long begin = System.nanoTime();
            ReadView.Seen<List<Row>> seen =
                    view.read(chunk.published(), connection -> select.after(connection, from.last(), limit));
            List<Row> rows = seen.result();
            size.read(rows.size(), System.nanoTime() - begin, characters(rows));
            BackfillMark next = from.advanced(lastKey(select, rows), rows.size(), rows.size() < limit);
            return new Ahead(
                    chunk,
                    new ChunkRead(rows, List.of(), seen.executed(), provenance(), List.of(next.of(table))),
                    next);
        } catch (SQLException e) {
            publisher.abandon(chunk);
            if (!changedUnderneath(e)) {
                throw e;
            }
            LOG.info("{} changes while it is read, trying again: {}", table, e.getMessage());
            Thread.sleep(100); // the stream has to pass the change first
            return null;
        } catch (InterruptedException | RuntimeException e) {
            publisher.abandon(chunk);
            throw e;
        }
    }

    private Publishing publish(Ahead ahead) {
        return new Publishing(
                beside.submit(
                        () -> publisher.handOver(ahead.chunk(), ahead.read()).get()),
                ahead.next());
    }

    /** Waits until the chunk is durable. False when it was discarded, and with it everything that was read behind it. */
    private boolean advance(Publishing chunk) throws InterruptedException, ExecutionException {
        if (chunk.outcome().get().discarded()) {
            LOG.info("columns of {} changed while it was read: chunk is read again", table);
            return false;
        }
        mark = chunk.next();
        listener.advanced(table, mark);
        return true;
    }

    private void abandon(@Nullable Ahead ahead) {
        if (ahead != null) {
            publisher.abandon(ahead.chunk());
        }
    }

    private static @Nullable List<String> lastKey(KeyedSelect select, List<Row> rows) {
        return rows.isEmpty() ? null : select.keyOf(rows.get(rows.size() - 1));
    }

    /** The server's table has other columns than the stream knows yet. */
    private static boolean changedUnderneath(SQLException e) {
        SqlFailure failure = SqlFailure.of(e);
        return failure.kind() == SqlFailure.Kind.SCHEMA || failure.code() == 1412;
    }

    private Provenance provenance() {
        return Provenance.read(source, Origin.BACKFILL, clock.millis() * 1000);
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
