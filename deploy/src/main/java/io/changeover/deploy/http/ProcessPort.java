package io.changeover.deploy.http;

import io.changeover.deploy.metrics.Metrics;
import io.changeover.deploy.metrics.PipelineWatch;
import io.changeover.transport.definition.HttpSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process with workers answers over HTTP, from before it has any: an orchestrator asks at once. Thread-safe.
 *
 * <p>Next: {@link ProcessHealth}, {@link Metrics}.
 */
public final class ProcessPort implements AutoCloseable {

    private final ProcessHealth health = new ProcessHealth();
    private final String pipeline;
    private final Clock clock;
    private final Metrics metrics;
    private final HttpPort port;
    private volatile @Nullable PipelineWatch watch;

    private ProcessPort(String host, int number, String pipeline, Clock clock) {
        this.pipeline = pipeline;
        this.clock = clock;
        this.metrics = new Metrics(pipeline);
        this.port = HttpPort.open(
                host,
                number,
                Map.of(
                        "/livez", this::livez,
                        "/readyz", this::readyz,
                        "/status", this::status,
                        "/metrics", () -> new Answer(Answer.OK, Metrics.TYPE, metrics.text())));
    }

    /**
     * Listens; null when the settings have no port.
     *
     * @throws io.changeover.transport.problem.ChangeoverException (10, 11) when it cannot
     */
    public static @Nullable ProcessPort open(HttpSettings at, String pipeline, Clock clock) {
        return at.port()
                .map(number -> new ProcessPort(at.host(), number, pipeline, clock))
                .orElse(null);
    }

    /** What keeps the process from having workers at all. */
    public void waits(List<Problem> problems) {
        health.waits(problems);
    }

    /** The workers that it tells of from now on. To be called once. */
    public void works(PipelineDefinition pipeline, List<Worker> workers) {
        health.works(workers);
        PipelineWatch begun = new PipelineWatch(pipeline, clock);
        watch = begun;
        metrics.add(pipeline, workers, begun);
        begun.start();
    }

    private Answer livez() {
        Told.Life life = health.life();
        return Answer.json(life.live() ? Answer.OK : Answer.UNAVAILABLE, life);
    }

    private Answer readyz() {
        Told.Readiness readiness = health.readiness();
        return Answer.json(readiness.ready() ? Answer.OK : Answer.UNAVAILABLE, readiness);
    }

    private Answer status() {
        return Answer.json(Answer.OK, health.activity(pipeline));
    }

    @Override
    public void close() {
        port.close();
        PipelineWatch begun = watch;
        if (begun != null) {
            begun.close();
        }
        metrics.close();
    }
}
