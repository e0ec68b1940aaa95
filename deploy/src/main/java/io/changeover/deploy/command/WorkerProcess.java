package io.changeover.deploy.command;

import io.changeover.deploy.http.ProcessPort;
import io.changeover.deploy.log.Logs;
import io.changeover.deploy.run.Termination;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that works until it is told to end, or must stop. An environment that does not answer is waited for, for ever.
 *
 * @param http where it answers HTTP; null: where the file says
 * @param workers the workers, each after the ones that it reads from; everything that they need is made before
 */
record WorkerProcess(
        ChangeoverCommand top, @Nullable HttpOption http, Function<PipelineDefinition, List<Worker>> workers) {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** @param logFile null: stderr */
    int run(@Nullable Path logFile) throws InterruptedException {
        Logs.json(logFile, top.verbose());
        try (Termination termination = new Termination(GRACE)) {
            try {
                return work(termination);
            } finally {
                Logs.end(); // lines are written by a thread of their own, which dies when the process may end
            }
        }
    }

    private int work(Termination termination) throws InterruptedException {
        try (ProcessPort port = port()) {
            List<Worker> workers = awaitWorkers(termination.requested(), port);
            return workers.isEmpty() ? ExitCode.OK.number() : work(workers, termination);
        }
    }

    private int work(List<Worker> workers, Termination termination) throws InterruptedException {
        try (WorkerGroup group = new WorkerGroup(workers)) {
            group.start();
            CompletableFuture.anyOf(group.ended(), termination.requested()).get();
            LOG.info("ending");
            return ended(group, termination);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** First of all: who asks must be answered while servers do not. Null: nobody may ask. */
    private @Nullable ProcessPort port() {
        PipelineDefinition written =
                new PipelineReader(System.getenv()).read(top.config()).definition();
        return ProcessPort.open(HttpOption.settings(http, written.http()), written.name(), Clock.systemUTC());
    }

    /** What had stopped before the end was asked for says how it ends. */
    private int ended(WorkerGroup group, Termination termination) {
        List<Problem> stops = group.workers().stream()
                .flatMap(worker -> worker.status().problems().stream())
                .filter(problem -> problem.code() != ExitCode.DENIED && problem.code() != ExitCode.UNREACHABLE)
                .toList();
        top.terminal().problems(stops);
        int code = Problem.exitCode(stops).number();
        termination.exitWith(code);
        return code;
    }

    /** Empty when the end was asked for before the servers answered. */
    private List<Worker> awaitWorkers(CompletableFuture<Void> end, @Nullable ProcessPort port)
            throws InterruptedException {
        while (!end.isDone()) {
            try {
                PipelineDefinition pipeline = Pipelines.read(top.config(), System.getenv(), hints -> {});
                List<Worker> ready = workers.apply(pipeline);
                if (port != null) {
                    port.works(pipeline, ready);
                }
                return ready;
            } catch (ChangeoverException e) {
                if (e.code() != ExitCode.UNREACHABLE && e.code() != ExitCode.DENIED) {
                    throw e;
                }
                LOG.warn("waiting for the environment: {}", e.getMessage());
                if (port != null) {
                    port.waits(e.problems());
                }
            }
            try {
                end.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // try again
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return List.of();
    }
}
