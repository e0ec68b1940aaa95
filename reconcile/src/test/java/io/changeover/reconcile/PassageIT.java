package io.changeover.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.reconcile.table.ComparedTable;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * NoFalseAlarm: a row that moves from one server to another is written on both, and taken away on the first, before either has
 * noted its message as applied. So a message counts as soon as it is in the topic.
 */
@WithServers
@Timeout(120)
class PassageIT {

    private static final String YAML = """
            pipeline: %1$s
            kafka: { bootstrap.servers: "%2$s" }
            topics: { partitions: 1, replication: 1 }
            sources: { legacy: { host: 127.0.0.1, port: 2, user: u, password: p, tls: disabled } }
            targets: { shop: { host: 127.0.0.1, port: 1, user: u, password: p, tls: disabled } }
            tables: [ { source: legacy.%3$s.t, target: shop.%3$s.t } ]
            """;

    private final TestingServers servers;

    PassageIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void messageThatIsNotApplied_speaksOfItsRow() throws Exception {
        String schema = servers.target().freshSchema();
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, v INT)");
        PipelineDefinition pipeline = new PipelineReader(Map.of())
                .parse(
                        "test",
                        YAML.formatted(servers.freshName(), servers.kafka().bootstrapServers(), schema));
        TableDefinition table = pipeline.tables().get(0);
        servers.kafka().createTopic(pipeline.topicNames().progress("legacy"), 1);
        servers.kafka().createTopic(pipeline.rowTopic(table), 1);
        servers.kafka().produce(pipeline.rowTopic(table), "{\"id\":\"7\"}", "");
        try (Connection server = servers.target().connect("")) {
            ComparedTable compared = ComparedTable.resolve(table, table.target(), null, server, server);
            try (Passage passage = new Passage(
                    pipeline,
                    List.of(new ComparedPlace(table, "shop", compared)),
                    Map.of("legacy", server),
                    Map.of("shop", server),
                    Duration.ofSeconds(30))) {
                List<TouchedKeys> touched = passage.touched();

                assertThat(touched).hasSize(1);
                assertThat(touched.get(0).has(List.of("7"))).isTrue();
                assertThat(touched.get(0).has(List.of("8"))).isFalse();
            }
        }
    }
}
