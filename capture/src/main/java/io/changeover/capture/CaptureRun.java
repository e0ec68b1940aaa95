package io.changeover.capture;

import static java.util.Objects.requireNonNull;

import io.changeover.capture.backfill.Backfill;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.backfill.ReadGate;
import io.changeover.capture.backfill.ReadLimits;
import io.changeover.capture.backfill.Refreshes;
import io.changeover.capture.backfill.Signals;
import io.changeover.capture.backfill.SourceLoad;
import io.changeover.capture.engine.BinlogEngine;
import io.changeover.capture.engine.PublishedSchemas;
import io.changeover.capture.engine.SchemaScan;
import io.changeover.capture.engine.StreamConsumer;
import io.changeover.capture.publish.Durable;
import io.changeover.capture.publish.KafkaPublishLog;
import io.changeover.capture.publish.Mark;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.publish.SourceTopics;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.Cascades;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.schema.ServerTraits;
import io.changeover.capture.source.ServerVariables;
import io.changeover.capture.source.SourceCheck;
import io.changeover.transport.event.SourceTable;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.ReadWait;
import io.changeover.transport.topic.SourceNumbers;
import io.changeover.transport.topic.TopicNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a capture: from what is durable until something fails or it is stopped. Everything in it is new, so that
 * nothing half done of an earlier run is left.
 *
 * <p>Confined to the thread of its {@link Capture}.
 *
 * <p>Next: {@link BinlogEngine} for the stream, {@link Backfill} for rows as of now.
 */
final class CaptureRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureRun.class);

    /** For a transaction that may be large; the heartbeats of a server that sends nothing else end no run. */
    private static final Duration RECOGNITION = Duration.ofMinutes(2);

    private final CaptureSettings settings;
    private final CaptureCounters counters;
    private final String source;
    private final MySqlServer server;
    private final SourceTopics topics;
    private final KafkaPublishLog log;
    /** Whether the source is to begin anew and has not yet: what fails meanwhile does not take that back. */
    private boolean acknowledged;

    private @Nullable OrderedPublisher publisher;
    private @Nullable BinlogEngine engine;
    private @Nullable Backfill backfill;
    private @Nullable Refreshes refreshes;
    private @Nullable Signals signals;

    CaptureRun(CaptureSettings settings, CaptureCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.source = settings.source().name();
        this.server = MySqlServer.of(settings.source().server(), "capture " + settings.pipeline());
        this.topics = settings.sourceTopics();
        this.log = new KafkaPublishLog(
                settings.kafka().properties(), settings.transactionalId(), source, topics, settings.topics());
    }

    /** Begins: afterwards rows flow. */
    void start() throws SQLException, ExecutionException, InterruptedException, IOException {
        log.fence();
        Durable durable = Durable.read(settings.kafka().properties(), source, topics);
        acknowledged = durable.beginsAnew();
        Set<TableName> tables;
        ServerTraits traits;
        try (Connection connection = server.connect()) {
            traits = ServerVariables.read(connection).traits();
            SchemaScan scan = new SchemaScan(
                    settings.transactionalId() + ".scan." + UUID.randomUUID(),
                    source,
                    settings.source().server());
            Enrolment enrolment = new Enrolment(
                    source,
                    settings.source().start(),
                    settings.rowTopics().keySet(),
                    traits,
                    Cascades.declaring(settings.cascades()),
                    scan);
            durable = enrolment.enrol(connection, durable, log);
            acknowledged = false;
            tables = enrolment.captured(durable);
        }
        counters.begin(stops(durable));
        SchemaBook book = book(settings, tables, traits, durable);
        GtidState state;
        // enrolment may have taken long: the first connection may be dead
        try (Connection connection = server.connect()) {
            state = SourceCheck.require(connection, source, requireNonNull(durable.position()));
        }
        begin(durable, book, state);
    }

    /** The schemas of {@code tables} at the durable position, which are fit to be captured. */
    static SchemaBook book(CaptureSettings settings, Set<TableName> tables, ServerTraits traits, Durable durable) {
        SchemaBook book = SchemaBook.recover(settings.source().name(), tables, traits, durable.history());
        book.judge(Cascades.declaring(settings.cascades()), settings.watches());
        book.requireForeignKeys();
        return book;
    }

    private void begin(Durable durable, SchemaBook book, GtidState state)
            throws ExecutionException, InterruptedException {
        SourcePosition position = requireNonNull(durable.position());
        PublishedSchemas schemas = new PublishedSchemas();
        Set<TableName> captured = book.captured();
        for (TableName table : captured) {
            schemas.put(known(book, table));
        }
        OrderedPublisher ordered = new OrderedPublisher(position, numbers(), log);
        publisher = ordered;
        SourcePosition.Commit witness = witness(durable, position, state);
        BinlogEngine stream = new BinlogEngine(
                settings.transactionalId() + "." + UUID.randomUUID(),
                source,
                settings.source().server(),
                position.completed(),
                witness,
                book,
                ThreadLocalRandom.current().nextLong(1L << 30, 1L << 32),
                new StreamConsumer(ordered, schemas, counters));
        engine = stream;
        ordered.reread();
        stream.start();
        recognise(stream);
        if (durable.marks().containsKey(Progress.SOURCE_STOP)) {
            ordered.mark(List.of(Mark.none(Progress.SOURCE_STOP)));
        }
        ReadLimits limits = new ReadLimits(durable.marks(), captured, System::nanoTime);
        ReadGate gate = new ReadGate(
                limits, load(durable, ordered), settings.source().backfill().chunkRows());
        Backfill reads = new Backfill(source, server, state.server(), ordered, schemas, gate, counters);
        backfill = reads;
        Refreshes answers = new Refreshes(source, captured, server, state.server(), ordered, schemas, gate);
        refreshes = answers;
        answers.start();
        Signals feed = new Signals(
                source,
                settings.kafka().properties(),
                new TopicNames(settings.pipeline()).signals(),
                durable.marks(),
                ordered,
                limits,
                answers,
                counters::stop);
        signals = feed;
        feed.start();
        reads.start(marks(durable, captured), settings.source().backfill().readers()); // not before pauses are known
    }

    /**
     * The transaction by which the server is recognised; null where none is known, or the server has it no more.
     *
     * @throws ChangeoverException (14) when the source was found to be another one, and that cannot be looked at again
     */
    private static SourcePosition.@Nullable Commit witness(Durable durable, SourcePosition position, GtidState state) {
        SourcePosition.Commit last = position.last();
        if (last == null || !state.purged().contains(last.gtid())) {
            return last;
        }
        CaptureStop.ofSource(durable.marks())
                .map(CaptureStop::problem)
                .filter(problem -> problem.code() == ExitCode.SOURCE_GAP)
                .ifPresent(problem -> {
                    throw new ChangeoverException(problem);
                });
        return null;
    }

    /** Waits until the server is known to have the history that was published: before, nothing is read from its tables. */
    private static void recognise(BinlogEngine stream) throws ExecutionException, InterruptedException {
        try {
            CompletableFuture.anyOf(stream.recognised(), stream.ended())
                    .get(RECOGNITION.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(new IOException(
                    "the server does not send the last published transaction, which it has executed", e));
        }
    }

    private SourceLoad load(Durable durable, OrderedPublisher ordered) {
        String told = durable.marks().get(Progress.READ_WAIT);
        return new SourceLoad(
                settings.source().backfill(),
                () -> ordered.published().completed(),
                told == null ? null : ReadWait.decode(told).reason(),
                reason -> ordered.mark(List.of(new Mark(Progress.READ_WAIT, new ReadWait(reason).encode()))),
                System::nanoTime);
    }

    /** Waits until the run fails. Returns when {@code over} completes, or when tables were readmitted: for another run. */
    void await(CompletableFuture<?> over) throws ExecutionException, InterruptedException, IOException {
        BinlogEngine stream = requireNonNull(engine);
        CompletableFuture<Void> readmitted = requireNonNull(signals).ended();
        CompletableFuture<?> end = CompletableFuture.anyOf(
                stream.ended(),
                requireNonNull(backfill).failed(),
                requireNonNull(refreshes).failed(),
                readmitted,
                over);
        while (!isOver(end)) {
            if (stream.silent()) {
                throw new IOException("the server has been silent for too long, no heartbeat came");
            }
        }
        if (!readmitted.isDone() && !over.isDone()) {
            throw new IOException("the engine ended by itself");
        }
    }

    private static boolean isOver(CompletableFuture<?> end) throws ExecutionException, InterruptedException {
        try {
            end.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Notes why the source is captured no more, for everyone who looks, and for an operator to acknowledge. */
    void stopped(ChangeoverException failure) {
        if (publisher != null) {
            publisher.close(); // what still runs must not write beside it
        }
        try {
            CaptureStop stop = new CaptureStop(failure.problems().get(0), acknowledged);
            log.appendMarks(null, List.of(new Mark(Progress.SOURCE_STOP, stop.encode())));
        } catch (RuntimeException e) {
            LOG.warn("capture {} could not note why it stops: {}", source, e.getMessage());
        }
    }

    /** The numbers that stand in versions; durable before the first row. */
    private ToIntFunction<TableName> numbers() {
        SourceNumbers registry = new SourceNumbers(
                settings.kafka().properties(),
                new TopicNames(settings.pipeline()).registry(),
                Duration.ofSeconds(30),
                new Random());
        Map<TableName, Integer> numbers = new HashMap<>();
        registry.getOrAllocate(settings.rowTopics().keySet().stream()
                        .map(table -> new SourceTable(source, table))
                        .sorted()
                        .toList())
                .forEach((table, number) -> numbers.put(table.table(), number));
        return table -> requireNonNull(numbers.get(table));
    }

    private CapturedTable known(SchemaBook book, TableName table) {
        CapturedTable known = book.get(table);
        if (known == null) {
            throw new ChangeoverException(new Problem(
                    ExitCode.POSITION_DAMAGED,
                    "source " + source + ", table " + table,
                    "the schema history does not have the table",
                    "take the table out of the pipeline and in again, which reads it anew"));
        }
        return known;
    }

    private Map<TableName, Problem> stops(Durable durable) {
        Map<TableName, Problem> stops = new TreeMap<>();
        for (TableName table : settings.rowTopics().keySet()) {
            CaptureStop.of(durable.marks(), table).ifPresent(stop -> stops.put(table, stop.problem()));
        }
        return stops;
    }

    private static Map<TableName, BackfillMark> marks(Durable durable, Set<TableName> tables) {
        Map<TableName, BackfillMark> marks = new TreeMap<>();
        for (TableName table : tables) {
            String text = durable.marks().get(BackfillMark.key(table));
            marks.put(table, text == null ? BackfillMark.none() : BackfillMark.parse(text));
        }
        return marks;
    }

    /** In the reverse order of the start, but for the publisher: what waits for a chunk must be told first. */
    @Override
    public void close() {
        if (publisher != null) {
            publisher.close();
        }
        if (signals != null) {
            signals.close();
        }
        if (refreshes != null) {
            refreshes.close();
        }
        if (backfill != null) {
            backfill.close();
        }
        if (engine != null) {
            engine.close();
        }
        log.close();
    }
}
