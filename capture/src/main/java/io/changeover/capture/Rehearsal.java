package io.changeover.capture;

import io.changeover.capture.engine.BinlogEngine;
import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.engine.StreamConsumer;
import io.changeover.capture.publish.Durable;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.publish.SourceTopics;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.source.ServerVariables;
import io.changeover.capture.source.SourceCheck;
import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.SourcePosition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run begins with, done once by an instance that waits for its turn: a first run takes seconds to load and compile its
 * classes, a second one does not. It writes nothing and fences nobody; and it keeps nothing, for what is read before the fence
 * is not the last word. Whoever stands by learns here what would keep it from running.
 *
 * <p>Thread-safe.
 */
final class Rehearsal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** Where the source is idle, nothing comes that could be published. */
    private static final Duration READING = Duration.ofSeconds(10);

    private static final Duration END = Duration.ofSeconds(3);

    private final CaptureSettings settings;
    private final String place;
    private final Thread thread;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    Rehearsal(CaptureSettings settings) {
        this.settings = settings;
        this.place = "capture " + settings.source().name();
        this.thread = new Thread(this::work, "rehearsal-" + settings.source().name());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The turn has come: ends after the present step. Not by an interrupt, which a class that is initialised might not bear. */
    void end() {
        over.complete(null);
    }

    private void work() {
        try {
            rehearse();
            LOG.debug("{} is ready to run", place);
        } catch (SQLException | IOException | ExecutionException | RuntimeException e) {
            if (!over.isDone()) {
                LOG.warn(
                        "{} would not run now: {}",
                        place,
                        CaptureFailure.of(e, place).getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void rehearse() throws SQLException, IOException, ExecutionException, InterruptedException {
        String source = settings.source().name();
        SourceTopics topics = settings.sourceTopics();
        Durable durable = Durable.read(settings.kafka().properties(), source, topics);
        SourcePosition position = durable.position();
        if (position == null || durable.beginsAnew() || over.isDone()) {
            return;
        }
        Set<TableName> tables = new TreeSet<>(settings.rowTopics().keySet());
        tables.removeIf(table -> CaptureStop.of(durable.marks(), table).isPresent());
        SchemaBook book;
        MySqlServer server = MySqlServer.of(settings.source().server(), "capture " + settings.pipeline());
        try (Connection connection = server.connect()) {
            book = CaptureRun.book(
                    settings, tables, ServerVariables.read(connection).traits(), durable);
            SourceCheck.require(connection, source, position);
        }
        if (!over.isDone()) {
            read(position, book);
        }
    }

    private void read(SourcePosition position, SchemaBook book)
            throws IOException, ExecutionException, InterruptedException {
        CompletableFuture<Void> read = new CompletableFuture<>();
        CanalJsonEncoder encoder =
                new CanalJsonEncoder(InstantSource.system(), settings.topics().form());
        OrderedPublisher publisher = new OrderedPublisher(position, table -> 1, batch -> {
            batch.changes().forEach(change -> encoder.encode(change, 1));
            read.complete(null);
            return batch.position();
        });
        String name = settings.transactionalId() + ".rehearsal." + UUID.randomUUID();
        try (BinlogEngine engine = new BinlogEngine(
                name,
                settings.source().name(),
                settings.source().server(),
                position.completed(),
                null,
                book,
                ThreadLocalRandom.current().nextLong(1L << 30, 1L << 32),
                new StreamConsumer(publisher, new PublishedSchemas(), (operation, rows, bytes, commitMicros) -> {}))) {
            publisher.reread();
            engine.start();
            CompletableFuture.anyOf(read, engine.ended(), over).get(READING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("{} is idle", place, e);
        }
    }

    @Override
    public void close() {
        end();
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
