package io.changeover.deploy.http;

import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import io.changeover.transport.worker.WorkerStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A worker that says what it is told to say. */
final class FakeWorker implements Worker {

    WorkerStatus status = new WorkerStatus(true, "streaming", List.of());
    List<String> lost = List.of();

    FakeWorker says(boolean ready, String phase, Problem... problems) {
        status = new WorkerStatus(ready, phase, List.of(problems));
        return this;
    }

    @Override
    public String name() {
        return "capture legacy";
    }

    @Override
    public void start() {}

    @Override
    public WorkerStatus status() {
        return status;
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return new CompletableFuture<>();
    }

    @Override
    public List<String> lostThreads() {
        return lost;
    }

    @Override
    public void close() {}
}
