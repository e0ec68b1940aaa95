package io.changeover.deploy.benchmark;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline that copies both tables as they are.
 *
 * @param readers of a backfill; empty: the product's default
 */
record Pipeline(String name, String kafka, int sourcePort, int targetPort, int partitions, Optional<Integer> readers) {

    private static final String TEXT = """
            pipeline: %s
            kafka: { bootstrap.servers: "%s" }
            topics: { partitions: %d, replication: 1 }
            sources:
              old: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled, start: "%s"%s }
            targets:
              new: { host: 127.0.0.1, port: %d, user: root, password: "", tls: disabled }
            tables:
              - { source: old.shop.orders, target: new.shop.orders }
              - { source: old.shop.order_items, target: new.shop.order_items }
            """;

    /** @param start where capture begins, as in the definition */
    String text(String start) {
        String backfill = readers.map(", backfill: { readers: %d }"::formatted).orElse("");
        return TEXT.formatted(name, kafka, partitions, sourcePort, start, backfill, targetPort);
    }

    PipelineDefinition definition(String start) {
        return new PipelineReader(Map.of()).parse("benchmark.yaml", text(start));
    }
}
