package io.changeover.apply;

import io.changeover.apply.stream.GateWatch;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Applies the changes of all tables of a pipeline, each in an application of its own: one table's trouble never stops
 * another. Ends by itself only when every table has stopped. Thread-safe.
 *
 * <p>Next: {@link TableApply}.
 */
public final class Apply implements Worker, MeterBinder {

    private static final int MAX_THREADS = 4;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final PipelineDefinition pipeline;
    private final Admin admin;
    private final ApplyPace pace;
    private final List<TableApply> tables = new ArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean closing;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    public Apply(PipelineDefinition pipeline) {
        this(pipeline, phase -> {});
    }

    /** @param commits is told how far each commit is; for tests that end the process there */
    Apply(PipelineDefinition pipeline, Consumer<GateWatch.Phase> commits) {
        this.pipeline = pipeline;
        Map<String, Object> settings = new HashMap<>(pipeline.kafka().properties());
        this.admin = Admin.create(settings);
        this.pace = new ApplyPace(pipeline);
        // a thread waits for the server half of its time: one for each processor, shared among the tables
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = Math.max(
                1,
                Math.min(MAX_THREADS, processors / Math.max(1, pipeline.tables().size())));
        for (TableDefinition table : pipeline.tables()) {
            tables.add(new TableApply(pipeline, table, admin, threads, pace, commits, phase -> {
                if (phase == TableState.Phase.STOPPED) {
                    endWhenAllStopped();
                }
            }));
        }
    }

    @Override
    public String name() {
        return "apply " + pipeline.name();
    }

    @Override
    public synchronized void start() {
        start(pace, name() + " pace");
        for (TableApply table : tables) {
            start(table, name() + " " + table.state().table());
        }
    }

    private void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        threads.add(thread);
        thread.start();
    }

    private void endWhenAllStopped() {
        List<TableState> states = states();
        if (states.stream().allMatch(state -> state.phase() == TableState.Phase.STOPPED)) {
            List<Problem> problems = states.stream()
                    .map(TableState::problem)
                    .filter(Objects::nonNull)
                    .toList();
            stopped.completeExceptionally(new ChangeoverException(problems));
        }
    }

    /** Each table, in the order of the definition. */
    public List<TableState> states() {
        return tables.stream().map(TableApply::state).toList();
    }

    @Override
    public WorkerStatus status() {
        List<TableState> states = states();
        List<Problem> problems = states.stream()
                .map(TableState::problem)
                .filter(Objects::nonNull)
                .toList();
        long applying = count(states, TableState.Phase.APPLYING);
        boolean ready = applying + count(states, TableState.Phase.PAUSED) == states.size();
        String phase =
                applying == states.size() ? "applying" : "applying " + applying + " of " + states.size() + " tables";
        return new WorkerStatus(ready, phase, problems);
    }

    private static long count(List<TableState> states, TableState.Phase phase) {
        return states.stream().filter(state -> state.phase() == phase).count();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        tables.forEach(table -> new ApplyMeters(table).bindTo(registry));
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public List<String> lostThreads() {
        List<String> lost = threads.stream()
                .filter(thread -> thread.getState() == Thread.State.TERMINATED)
                .map(Thread::getName)
                .toList();
        return closing ? List.of() : lost; // looked at afterwards: else the first that ends in order would be lost
    }

    @Override
    public synchronized void close() {
        closing = true;
        tables.forEach(TableApply::stop);
        pace.close();
        long deadline = System.nanoTime() + GRACE.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while apply ends", e);
        } finally {
            admin.close(Duration.ZERO);
            stopped.complete(null);
        }
    }
}
