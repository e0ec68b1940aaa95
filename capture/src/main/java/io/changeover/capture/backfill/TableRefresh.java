package io.changeover.capture.backfill;

import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.publish.Chunk;
import io.changeover.capture.publish.ChunkOutcome;
import io.changeover.capture.publish.ChunkRead;
import io.changeover.capture.publish.Mark;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows of one table again as they are now: those of given keys (with a delete for a key that has no row), or those that
 * a condition chooses. Confined.
 *
 * <p>Next: {@link OrderedPublisher#handOver}.
 */
final class TableRefresh {

    private static final int KEYS_AT_ONCE = 500;
    private static final int ATTEMPTS = 5;

    /** @param missing rows of which only the key is set */
    private record Found(List<Row> rows, List<Row> missing) {}

    private interface Select {
        Found run(KeyedSelect select, Connection connection) throws SQLException;
    }

    private final String source;
    private final Signal signal;
    private final TableName table;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final ReadView view;
    private final ReadGate gate;
    private final InstantSource clock;
    private @Nullable Version stamp;
    private long sent;
    private int failures;

    TableRefresh(
            String source,
            Signal signal,
            TableName table,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            ReadView view,
            ReadGate gate,
            InstantSource clock) {
        this.source = source;
        this.signal = signal;
        this.table = table;
        this.publisher = publisher;
        this.schemas = schemas;
        this.view = view;
        this.gate = gate;
        this.clock = clock;
    }

    /** @throws RefusedSignal when the request does not fit the table */
    void run() throws SQLException, InterruptedException, ExecutionException, RefusedSignal {
        String where = signal.where();
        if (where == null) {
            keys();
        } else {
            rows(where);
        }
        publisher.mark(List.of(mark(SignalAck.done(signal.id(), stamp, sent))));
    }

    private void keys() throws SQLException, InterruptedException, ExecutionException, RefusedSignal {
        RequestedKeys requested = new RequestedKeys(schemas.get(table).schema());
        List<Row> left = new ArrayList<>();
        for (Map<String, String> key : signal.keys()) {
            left.add(requested.row(key));
        }
        while (!left.isEmpty()) {
            List<Row> now = List.copyOf(left.subList(0, gate.await(table, Math.min(KEYS_AT_ONCE, left.size()), view)));
            ChunkOutcome outcome = chunk((select, connection) -> {
                List<Row> found = select.of(connection, now);
                return new Found(found, select.missing(connection, now, found));
            });
            if (!outcome.discarded()) {
                left.subList(0, now.size()).clear();
                // looked missing, and an equal key was streamed meanwhile: only another look can tell
                left.addAll(outcome.again());
            }
        }
    }

    private void rows(String where) throws SQLException, InterruptedException, ExecutionException, RefusedSignal {
        ChunkSize size = new ChunkSize(gate.chunkRows());
        List<List<String>> after = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        int limit;
        do {
            limit = gate.await(table, size.rows(), view);
            int most = limit;
            ChunkOutcome outcome = chunk((select, connection) -> {
                long begin = System.nanoTime();
                rows.clear();
                rows.addAll(select.where(connection, where, after.isEmpty() ? null : after.get(0), most));
                size.read(rows.size(), System.nanoTime() - begin, 0);
                return new Found(List.copyOf(rows), List.of());
            });
            if (outcome.discarded()) {
                limit = 0;
            } else if (!rows.isEmpty()) {
                after.clear();
                after.add(new KeyedSelect(schemas.get(table)).keyOf(rows.get(rows.size() - 1)));
            }
        } while (rows.size() >= limit);
    }

    private ChunkOutcome chunk(Select how)
            throws SQLException, InterruptedException, ExecutionException, RefusedSignal {
        Chunk chunk = publisher
                .open(() -> schemas.get(table).schema(), Origin.REFRESH)
                .get();
        ReadView.Seen<Found> seen;
        try {
            CapturedTable captured = schemas.get(table);
            if (!captured.schema().equals(chunk.schema())) {
                publisher.abandon(chunk); // changed again since it was granted
                return new ChunkOutcome(true, 0, List.of());
            }
            KeyedSelect select = new KeyedSelect(captured);
            seen = view.read(chunk.published(), connection -> how.run(select, connection));
        } catch (SQLException e) {
            publisher.abandon(chunk);
            return retried(e);
        } catch (InterruptedException | RuntimeException e) {
            publisher.abandon(chunk);
            throw e;
        }
        stamp = chunk.stamp();
        Found found = seen.result();
        ChunkOutcome outcome = publisher
                .handOver(
                        chunk,
                        new ChunkRead(
                                found.rows(),
                                found.missing(),
                                seen.executed(),
                                Provenance.read(source, Origin.REFRESH, clock.millis() * 1000),
                                List.of(mark(SignalAck.running(signal.id(), stamp, sent)))))
                .get();
        sent += outcome.rows();
        return outcome;
    }

    /** A table that changes under the read looks like a wrong request at first. */
    private ChunkOutcome retried(SQLException e) throws SQLException, InterruptedException, RefusedSignal {
        SqlFailure failure = SqlFailure.of(e);
        if (failure.isEnvironment() && failure.code() != 1412) {
            throw e;
        }
        if (++failures >= ATTEMPTS) {
            throw new RefusedSignal(failure.message());
        }
        Thread.sleep(100);
        return new ChunkOutcome(true, 0, List.of());
    }

    private static Mark mark(SignalAck ack) {
        return new Mark(ack.key(), ack.encode());
    }
}
