package io.changeover.capture.backfill;

import static java.util.Objects.requireNonNull;

import io.changeover.capture.publish.Mark;
import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.Progress;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the signals to a source. A pause, resume or throttle is obeyed here and at once, also while a long refresh is answered;
 * refreshes are handed on. Each signal is answered once: its acknowledgement is durable with what it has brought about.
 *
 * <p>Thread-safe.
 *
 * <p>Next: {@link ReadLimits}, {@link Refreshes}.
 */
public final class Signals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofMillis(200);

    private final Map<String, String> kafka;
    private final String topic;
    private final String source;
    private final Set<String> answered;
    private final OrderedPublisher publisher;
    private final ReadLimits limits;
    private final Refreshes refreshes;
    private final CompletableFuture<Void> obeyed = new CompletableFuture<>();
    private final Function<TableName, @Nullable Problem> stops;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * @param topic the signals of the pipeline
     * @param marks of the progress topic: what was acknowledged already
     * @param stops why a table is not captured any more; null while it is
     */
    public Signals(
            String source,
            Map<String, String> kafka,
            String topic,
            Map<String, String> marks,
            OrderedPublisher publisher,
            ReadLimits limits,
            Refreshes refreshes,
            Function<TableName, @Nullable Problem> stops) {
        this.source = source;
        this.kafka = kafka;
        this.topic = topic;
        this.answered = answered(marks);
        this.publisher = publisher;
        this.limits = limits;
        this.refreshes = refreshes;
        this.stops = stops;
        this.thread = new Thread(this::read, "signals-" + source);
        this.thread.setDaemon(true);
    }

    /** Begins, and waits until what was asked for before is obeyed: where a source is paused, nothing is read at a start. */
    public void start() throws ExecutionException, InterruptedException {
        thread.start();
        obeyed.get();
    }

    /** Completes when a table is to be captured again, which takes another run; exceptionally when reading failed. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    private void read() {
        try (SignalFeed feed = new SignalFeed(kafka, topic, source, TIMEOUT)) {
            List<Signal> signals = feed.toEnd();
            while (!stopping && !ended.isDone()) {
                for (Signal signal : signals) {
                    if (answered.add(signal.id())) {
                        answer(signal);
                    }
                }
                obeyed.complete(null);
                signals = feed.next(STEP);
            }
        } catch (RuntimeException | Error e) { // else nobody would know
            ended.completeExceptionally(e);
            obeyed.completeExceptionally(e);
        }
    }

    private void answer(Signal signal) {
        if (signal.type() == Signal.Type.REFRESH) {
            refreshes.ask(signal);
            return;
        }
        try {
            if (signal.type() == Signal.Type.READMIT) {
                readmit(signal);
                return;
            }
            // the limits that hold and that they were asked for become durable together: the signal itself expires
            List<Mark> marks = new ArrayList<>(limits.change(signal));
            SignalAck ack = SignalAck.done(signal.id(), null, 0);
            marks.add(new Mark(ack.key(), ack.encode()));
            publisher.mark(marks);
        } catch (RefusedSignal e) {
            publisher.mark(List.of(e.mark(signal)));
        }
    }

    private void readmit(Signal signal) throws RefusedSignal {
        TableName table = requireNonNull(signal.table());
        Problem stop = stops.apply(table);
        if (stop == null) {
            throw new RefusedSignal("table " + table + " has not stopped");
        }
        LOG.info("{} readmits {}", signal.requestedBy(), table);
        SignalAck ack = SignalAck.done(signal.id(), null, 0);
        publisher.mark(List.of(
                new Mark(Progress.stopKey(table), new CaptureStop(stop).lift().encode()),
                // else a backfill of before would pass for the one that is to come
                Mark.none(Progress.backfillKey(table)),
                new Mark(ack.key(), ack.encode())));
        ended.complete(null);
    }

    private static Set<String> answered(Map<String, String> marks) {
        Set<String> answered = new HashSet<>();
        marks.forEach((key, value) -> {
            if (key.startsWith("ack:")) {
                SignalAck ack = SignalAck.decode(value);
                if (ack.state() != SignalAck.State.RUNNING) {
                    answered.add(ack.id());
                }
            }
        });
        return answered;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(2000);
            thread.interrupt(); // it waits for Kafka
            thread.join(3000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
