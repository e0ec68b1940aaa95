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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table from its first row to its last, chunk by chunk along the primary key. What a chunk has read is published
 * with the mark of how far it is; a crash goes on behind the last mark.
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
    private final BackfillListener listener;
    private final InstantSource clock;
    private final ChunkSize size = new ChunkSize();
    private BackfillMark mark;

    TableBackfill(
            String source,
            TableName table,
            BackfillMark mark,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            ReadView view,
            BackfillListener listener,
            InstantSource clock) {
        this.source = source;
        this.table = table;
        this.mark = mark;
        this.publisher = publisher;
        this.schemas = schemas;
        this.view = view;
        this.listener = listener;
        this.clock = clock;
    }

    void run() throws SQLException, InterruptedException, ExecutionException {
        listener.advanced(table, mark);
        while (mark.state() == BackfillMark.State.RUNNING) {
            chunk();
        }
        LOG.info("backfill of {} is complete: {} rows", table, mark.rows());
    }

    private void chunk() throws SQLException, InterruptedException, ExecutionException {
        Chunk chunk = publisher
                .open(() -> schemas.get(table).schema(), Origin.BACKFILL)
                .get();
        BackfillMark next;
        ChunkRead read;
        try {
            CapturedTable captured = schemas.get(table);
            if (!captured.schema().equals(chunk.schema())) {
                publisher.abandon(chunk); // changed again since it was granted
                return;
            }
            KeyedSelect select = new KeyedSelect(captured);
            int limit = size.rows();
            List<String> last = mark.last();
            long begin = System.nanoTime();
            ReadView.Seen<List<Row>> seen =
                    view.read(chunk.published(), connection -> select.after(connection, last, limit));
            List<Row> rows = seen.result();
            size.read(rows.size(), System.nanoTime() - begin, characters(rows));
            next = mark.advanced(lastKey(select, rows), rows.size(), rows.size() < limit);
            read = new ChunkRead(rows, List.of(), seen.executed(), provenance(), List.of(next.of(table)));
        } catch (SQLException e) {
            publisher.abandon(chunk);
            if (!changedUnderneath(e)) {
                throw e;
            }
            LOG.info("{} changes while it is read, trying again: {}", table, e.getMessage());
            Thread.sleep(100); // the stream has to pass the change first
            return;
        } catch (InterruptedException | RuntimeException e) {
            publisher.abandon(chunk);
            throw e;
        }
        ChunkOutcome outcome = publisher.handOver(chunk, read).get();
        if (outcome.discarded()) {
            LOG.info("columns of {} changed while it was read: chunk is read again", table);
            return;
        }
        mark = next;
        listener.advanced(table, mark);
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
