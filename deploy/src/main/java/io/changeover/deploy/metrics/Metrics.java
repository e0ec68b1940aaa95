package io.changeover.deploy.metrics;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.worker.Worker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/**
 * All meters of a process, in the words of Prometheus. Clients of Kafka bring hundreds of their own for each table and partition: they
 * stay in JMX. Thread-safe.
 *
 * <p>Next: {@link PipelineWatch}.
 */
public final class Metrics implements AutoCloseable {

    /** The form that {@link #text} has. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Metrics(String pipeline) {
        registry.config().commonTags("pipeline", pipeline);
        List<MeterBinder> ofProcess = List.of(
                new JvmMemoryMetrics(),
                collections,
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        ofProcess.forEach(meters -> meters.bindTo(registry));
    }

    MeterRegistry registry() {
        return registry;
    }

    /** Adds what the workers count, and what is watched of their pipeline. To be called once. */
    public void add(PipelineDefinition pipeline, List<Worker> workers, PipelineWatch watch) {
        for (Worker worker : workers) {
            Gauge.builder("changeover.worker.ready", worker, of -> of.status().ready() ? 1 : 0)
                    .tag("worker", worker.name())
                    .description("1 while the worker does its work, or stands by for one who does")
                    .register(registry);
            Gauge.builder(
                            "changeover.worker.problems",
                            worker,
                            of -> of.status().problems().size())
                    .tag("worker", worker.name())
                    .description("What keeps the worker, or one of its tables, from working; /status tells it")
                    .baseUnit("problems")
                    .register(registry);
            if (worker instanceof MeterBinder meters) {
                meters.bindTo(registry);
            }
        }
        new StatusMeters(pipeline, watch).bindTo(registry);
        new HistoryMeters(pipeline, watch).bindTo(registry);
    }

    /** The exposition, of now. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
