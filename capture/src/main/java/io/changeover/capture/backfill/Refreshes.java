package io.changeover.capture.backfill;

import static java.util.Objects.requireNonNull;

import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.engine.PublishedSchemas.NotCaptured;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.signal.Signal;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Answers the refreshes that are asked for, one after the other: each is acknowledged in the transaction of its last rows. One
 * that was cut by a crash is answered again from its begin, which is harmless.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link TableRefresh}.
 */
public final class Refreshes implements AutoCloseable {

    private final String source;
    private final Set<TableName> tables;
    private final MySqlServer server;
    private final UUID streamed;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final ReadGate gate;
    private final BlockingQueue<Signal> asked = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final Thread thread;

    /** @param streamed {@code server_uuid} of the server that the stream reads */
    public Refreshes(
            String source,
            Set<TableName> tables,
            MySqlServer server,
            UUID streamed,
            OrderedPublisher publisher,
            PublishedSchemas schemas,
            ReadGate gate) {
        this.source = source;
        this.tables = Set.copyOf(tables);
        this.server = server;
        this.streamed = streamed;
        this.publisher = publisher;
        this.schemas = schemas;
        this.gate = gate;
        this.thread = new Thread(this::answer, "refresh-" + source);
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Completes exceptionally when answering failed; never otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    /** Takes a refresh in; it is answered behind those that were asked for before. */
    void ask(Signal refresh) {
        asked.add(refresh);
    }

    private void answer() {
        try (ReadView view = new ReadView(server, streamed)) {
            while (true) {
                answer(asked.take(), view);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.completeExceptionally(e);
        } catch (SQLException | ExecutionException | RuntimeException | Error e) { // else nobody would know
            failed.completeExceptionally(e);
        }
    }

    private void answer(Signal signal, ReadView view) throws SQLException, InterruptedException, ExecutionException {
        TableName table = requireNonNull(signal.table());
        try {
            if (!tables.contains(table)) {
                throw new RefusedSignal("table " + table + " is not captured");
            }
            new TableRefresh(source, signal, table, publisher, schemas, view, gate, InstantSource.system()).run();
        } catch (RefusedSignal e) {
            publisher.mark(List.of(e.mark(signal)));
        } catch (ExecutionException | NotCaptured e) {
            if (!NotCaptured.isCauseOf(e)) {
                throw e;
            }
            RefusedSignal left = new RefusedSignal("table " + table + " is not captured any more");
            publisher.mark(List.of(left.mark(signal)));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
