package io.changeover.deploy.http;

import io.changeover.transport.definition.HttpSettings;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a process with workers answers over HTTP, from before it has any: an orchestrator asks at once. Thread-safe.
 *
 * <p>Next: {@link ProcessHealth}.
 */
public final class ProcessPort implements AutoCloseable {

    private final ProcessHealth health = new ProcessHealth();
    private final @Nullable HttpPort port;

    private ProcessPort(HttpSettings at) {
        this.port = at.port()
                .map(number -> HttpPort.open(at.host(), number, routes()))
                .orElse(null);
    }

    /**
     * Listens, unless the settings have no port.
     *
     * @throws io.changeover.transport.problem.ChangeoverException (10, 11) when it cannot
     */
    public static ProcessPort open(HttpSettings at) {
        return new ProcessPort(at);
    }

    private Map<String, Supplier<Answer>> routes() {
        return Map.of("/livez", this::livez, "/readyz", this::readyz, "/status", this::status);
    }

    /** What keeps the process from having workers at all. */
    public void waits(List<Problem> problems) {
        health.waits(problems);
    }

    /** The workers that it tells of from now on. */
    public void works(List<Worker> workers) {
        health.works(workers);
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
        return Answer.json(Answer.OK, health.readiness());
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
        }
    }
}
