package io.changeover.capture.backfill;

import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.publish.Mark;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalFeed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Answers the signals to a source, one after the other: each is acknowledged in the transaction of its last rows. A signal
 * that was cut by a crash is answered again from its begin, which is harmless.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link TableRefresh}.
 */
public final class Refreshes implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String source;
    private final Map<String, String> kafka;
    private final String topic;
    private final Set<String> done;
    private final Set<TableName> tables;
    private final MySqlServer server;
    private final UUID streamed;
    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private @Nullable Thread thread;
    private volatile boolean stopping;

    /**
     * @param topic the signals of the pipeline
     * @param marks of the progress topic: what was acknowledged already
     * @param streamed {@code server_uuid} of the server that the stream reads
     */
    public Refreshes(
            String source,
            Map<String, String> kafka,
            String topic,
            Map<String, String> marks,
            Set<TableName> tables,
            MySqlServer server,
            UUID streamed,
            OrderedPublisher publisher,
            PublishedSchemas schemas) {
        this.source = source;
        this.kafka = kafka;
        this.topic = topic;
        this.done = finished(marks);
        this.tables = Set.copyOf(tables);
        this.server = server;
        this.streamed = streamed;
        this.publisher = publisher;
        this.schemas = schemas;
    }

    public void start() {
        Thread answering = new Thread(this::answer, "refresh-" + source);
        answering.setDaemon(true);
        thread = answering;
        answering.start();
    }

    /** Completes exceptionally when answering failed; never otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    private void answer() {
        try (SignalFeed feed = new SignalFeed(kafka, topic, source, TIMEOUT);
                ReadView view = new ReadView(server, streamed)) {
            List<Signal> signals = feed.toEnd();
            while (!stopping) {
                for (Signal signal : signals) {
                    if (done.add(signal.id())) {
                        answer(signal, view);
                    }
                }
                signals = feed.next(Duration.ofMillis(200));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.completeExceptionally(e);
        } catch (SQLException | ExecutionException | RuntimeException | Error e) { // else nobody would know
            failed.completeExceptionally(e);
        }
    }

    private void answer(Signal signal, ReadView view) throws SQLException, InterruptedException, ExecutionException {
        TableName table = signal.table();
        if (signal.type() != Signal.Type.REFRESH || table == null) {
            return; // throttling has its place here
        }
        if (!tables.contains(table)) {
            refuse(signal, "table " + table + " is not captured");
            return;
        }
        TableRefresh refresh =
                new TableRefresh(source, signal, table, publisher, schemas, view, InstantSource.system());
        try {
            refresh.run();
        } catch (RefusedSignal e) {
            refuse(signal, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(Signal signal, String reason) {
        SignalAck ack = SignalAck.refused(signal.id(), reason);
        publisher.mark(List.of(new Mark(ack.key(), ack.encode())));
    }

    private static Set<String> finished(Map<String, String> marks) {
        Set<String> finished = new HashSet<>();
        marks.forEach((key, value) -> {
            if (key.startsWith("ack:")) {
                SignalAck ack = SignalAck.decode(value);
                if (ack.state() != SignalAck.State.RUNNING) {
                    finished.add(ack.id());
                }
            }
        });
        return finished;
    }

    @Override
    public void close() {
        Thread answering = thread;
        if (answering == null) {
            return;
        }
        stopping = true;
        try {
            answering.join(2000);
            answering.interrupt(); // it waits for the server
            answering.join(3000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
