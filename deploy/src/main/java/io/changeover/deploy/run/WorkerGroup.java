package io.changeover.deploy.run;

import io.changeover.transport.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers that live and die together: the first that stops ends the group. Confined, but for {@link #ended()}. */
public final class WorkerGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerGroup.class);

    private final List<Worker> workers;
    private final List<Worker> started = new ArrayList<>();
    private final List<CompletableFuture<Void>> endings = new ArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** @param workers in the order in which they start: who is read from before who reads */
    public WorkerGroup(List<Worker> workers) {
        this.workers = List.copyOf(workers);
    }

    public void start() {
        for (Worker worker : workers) {
            started.add(worker);
            endings.add(worker.stopped().whenComplete((nothing, failure) -> end(worker, failure)));
            worker.start();
            LOG.info("{} started", worker.name());
        }
    }

    private void end(Worker worker, @Nullable Throwable failure) {
        if (failure == null) {
            LOG.info("{} stopped", worker.name());
            ended.complete(null);
            return;
        }
        LOG.error("{} stopped: {}", worker.name(), failure.getMessage());
        ended.completeExceptionally(failure);
    }

    public List<Worker> workers() {
        return workers;
    }

    /** Completes with the first worker that stops, exceptionally when it had to. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Stops in reverse: who reads before who is read from, so that nothing is read that is not going to be written. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (int i = started.size() - 1; i >= 0; i--) {
            try {
                started.get(i).close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        started.clear();
        if (first != null) {
            throw first;
        }
    }
}
