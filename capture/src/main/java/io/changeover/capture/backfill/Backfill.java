package io.changeover.capture.backfill;

import io.changeover.capture.backfill.TableBackfill.Part;
import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.engine.PublishedSchemas.NotCaptured;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backfills of a source: a few readers, each with a connection of its own, read part after part, of as many
 * tables at a time as there are readers; where fewer tables are left, the free readers help. The first failure ends all of them;
 * the run begins anew behind the marks.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link TableBackfill}.
 */
public final class Backfill implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    private static final long LOOK_AGAIN_MILLIS = 50;

    private final String source;
    private final MySqlServer server;
    private final UUID streamed;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final ReadGate gate;
    private final BackfillListener listener;
    private final List<TableBackfill> tables = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    /**
     * What a reader reads next.
     *
     * @param shared whether others may read the same table meanwhile
     */
    private record Turn(TableBackfill table, int rows, boolean shared) {}

    /** @param streamed {@code server_uuid} of the server that the stream reads */
    public Backfill(
            String source,
            MySqlServer server,
            UUID streamed,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            ReadGate gate,
            BackfillListener listener) {
        this.source = source;
        this.server = server;
        this.streamed = streamed;
        this.publisher = publisher;
        this.schemas = schemas;
        this.gate = gate;
        this.listener = listener;
    }

    /** @param marks where each table is */
    public void start(Map<TableName, BackfillMark> marks, int parallel) {
        marks.forEach((table, mark) -> {
            listener.advanced(table, mark);
            if (mark.state() == BackfillMark.State.RUNNING) {
                tables.add(new TableBackfill(
                        source, table, mark, publisher, schemas, listener, gate.chunkRows(), InstantSource.system()));
            }
        });
        for (int i = 0; i < (tables.isEmpty() ? 0 : parallel); i++) {
            Thread reader = new Thread(this::read, "backfill-" + source + "-" + i);
            reader.setDaemon(true);
            readers.add(reader);
        }
        readers.forEach(Thread::start);
    }

    /** Completes exceptionally when a reader failed; never otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    private void read() {
        ExecutorService beside = Executors.newSingleThreadExecutor(work -> {
            Thread publishing = new Thread(work, Thread.currentThread().getName() + "-publish");
            publishing.setDaemon(true);
            return publishing;
        });
        try (ReadView view = new ReadView(server, streamed)) {
            read(view, beside);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.completeExceptionally(e);
        } catch (SQLException | ExecutionException | RuntimeException | Error e) { // else nobody would know
            failed.completeExceptionally(e);
        } finally {
            beside.shutdownNow(); // it may wait for Kafka
        }
    }

    /** Each part is read while the one before is published: a reader holds two at most. */
    private void read(ReadView view, ExecutorService beside)
            throws SQLException, InterruptedException, ExecutionException {
        Future<?> before = CompletableFuture.completedFuture(null);
        for (Turn turn = next(view); turn != null; turn = next(view)) {
            TableBackfill table = turn.table();
            Part part = read(turn, view);
            before.get();
            if (part != null && table.awaitTurn(part)) {
                before = beside.submit(() -> publish(table, part));
            }
        }
    }

    private static @Nullable Part read(Turn turn, ReadView view)
            throws SQLException, InterruptedException, ExecutionException {
        TableBackfill table = turn.table();
        try {
            return table.read(view, turn.rows(), turn.shared());
        } catch (ExecutionException | NotCaptured e) {
            if (!NotCaptured.isCauseOf(e)) {
                throw e;
            }
            LOG.info("the backfill of {} ends: the stream has left the table", table.table());
            table.end();
            return null;
        } finally {
            table.leave();
        }
    }

    private void publish(TableBackfill table, Part part) {
        try {
            table.publish(part);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.completeExceptionally(e);
        } catch (ExecutionException | RuntimeException | Error e) { // its reader may wait for another table
            failed.completeExceptionally(e);
        }
    }

    /** Waits for a table that has a part to read and may be read. Null when all are done. */
    private synchronized @Nullable Turn next(ReadView view) throws SQLException, InterruptedException {
        while (!tables.stream().allMatch(TableBackfill::isDone)) {
            List<TableBackfill> open = tables.stream()
                    .filter(table -> table.hasMore() && gate.limits().isOpen(table.table()))
                    .limit(readers.size()) // else a part of each would be read before the second of any
                    .sorted(Comparator.comparingInt(TableBackfill::readers))
                    .toList();
            for (TableBackfill table : open) {
                int rows = gate.take(table.table(), table.wanted(), view);
                if (rows > 0) {
                    table.join();
                    return new Turn(table, rows, open.size() < readers.size());
                }
            }
            wait(LOOK_AGAIN_MILLIS);
        }
        return null;
    }

    @Override
    public void close() {
        readers.forEach(Thread::interrupt);
        for (Thread reader : readers) {
            try {
                reader.join(5000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
