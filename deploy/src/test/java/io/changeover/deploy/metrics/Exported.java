package io.changeover.deploy.metrics;

import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.schedule.Reconcile;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.worker.Worker;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What `run` exports of a pipeline with two tables before it starts, without any server. */
final class Exported implements AutoCloseable {

    private static final String YAML = """
            pipeline: orders
            kafka: { bootstrap.servers: "127.0.0.1:1" }
            sources: { legacy: { host: h, user: u, password: p } }
            targets: { shop: { host: h, user: u, password: p } }
            tables:
              - { source: legacy.trade.t_order, target: shop.shop.order }
              - { source: legacy.trade.t_user, part: head, target: shop.shop.user }
            """;

    final Metrics metrics = new Metrics("orders");
    private final List<Worker> workers;
    private final PipelineWatch watch;

    Exported() {
        PipelineDefinition pipeline = new PipelineReader(Map.of()).parse("orders.yaml", YAML);
        watch = new PipelineWatch(pipeline, Clock.systemUTC());
        workers = List.of(
                new Capture(CaptureSettings.of(pipeline, "legacy")),
                new Apply(pipeline),
                new Reconcile(pipeline, new PipelineServers(pipeline)));
        metrics.add(pipeline, workers, watch);
    }

    Exposition read() {
        return new Exposition(metrics.text());
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        watch.close();
        metrics.close();
    }
}
