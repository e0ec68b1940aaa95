package io.changeover.capture.backfill;

import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.engine.PublishedSchemas.NotCaptured;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backfills of a source: a few readers, each with a connection of its own, take one table after the other. The first
 * failure ends all of them; the run begins anew behind the marks.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link TableBackfill}.
 */
public final class Backfill implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    private final String source;
    private final MySqlServer server;
    private final UUID streamed;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final ReadGate gate;
    private final BackfillListener listener;
    private final Queue<Map.Entry<TableName, BackfillMark>> waiting = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers = new ArrayList<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

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
        marks.forEach(listener::advanced);
        marks.entrySet().stream()
                .filter(table -> table.getValue().state() == BackfillMark.State.RUNNING)
                .forEach(waiting::add);
        for (int i = 0; i < Math.min(parallel, waiting.size()); i++) {
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
            for (Map.Entry<TableName, BackfillMark> next = waiting.poll(); next != null; next = waiting.poll()) {
                read(next.getKey(), next.getValue(), view, beside);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.completeExceptionally(e);
        } catch (SQLException | ExecutionException | RuntimeException | Error e) { // else nobody would know
            failed.completeExceptionally(e);
        } finally {
            beside.shutdownNow(); // it may wait for Kafka
        }
    }

    private void read(TableName table, BackfillMark mark, ReadView view, ExecutorService beside)
            throws SQLException, InterruptedException, ExecutionException {
        try {
            new TableBackfill(
                            source,
                            table,
                            mark,
                            publisher,
                            schemas,
                            view,
                            gate,
                            listener,
                            beside,
                            InstantSource.system())
                    .run();
        } catch (ExecutionException | NotCaptured e) {
            if (!NotCaptured.isCauseOf(e)) {
                throw e;
            }
            LOG.info("the backfill of {} ends: the stream has left the table", table);
        }
    }

    @Override
    public void close() {
        waiting.clear();
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
