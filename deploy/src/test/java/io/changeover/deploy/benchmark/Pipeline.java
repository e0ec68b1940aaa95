package io.changeover.deploy.benchmark;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import java.util.Map;

/** A pipeline that copies both tables as they are. */
record Pipeline(String name, String kafka, int sourcePort, int targetPort, int partitions) {

    private static final String TEXT = """
            pipeline: %s
            kafka: { bootstrap.servers: "%s" }
            topics: { partitions: %d, replication: 1 }
            sources:
              old: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled, start: "%s" }
            targets:
              new: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled }
            tables:
              - { source: old.shop.orders, target: new.shop.orders }
              - { source: old.shop.order_items, target: new.shop.order_items }
            """;

    /** @param start where capture begins, as in the definition */
    String text(String start) {
        return TEXT.formatted(name, kafka, partitions, sourcePort, start, targetPort);
    }

    PipelineDefinition definition(String start) {
        return new PipelineReader(Map.of()).parse("benchmark.yaml", text(start));
    }
}
