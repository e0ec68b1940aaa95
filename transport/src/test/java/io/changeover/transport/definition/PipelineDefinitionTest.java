package io.changeover.transport.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.TopicSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineDefinitionTest {

    private static final String YAML = """
            pipeline: p
            kafka: { bootstrap.servers: k }
            topics: { partitions: 3 }
            sources: { old: { host: h, user: u, password: p } }
            targets: { new: { host: h, port: 3307, user: u, password: p } }
            tables:
              - { source: old.s.*, target: new.n.*, onError: stop }
              - { source: old.s.b, target: new.n.other }
            """;

    private final PipelineDefinition definition = new PipelineReader(Map.of()).parse("p.yaml", YAML);

    @Test
    void expand_takesTheTablesThatAreNotNamed() {
        PipelineDefinition expanded = definition.expand(Map.of(
                "old",
                List.of(
                        new TableName("s", "c"),
                        new TableName("s", "a"),
                        new TableName("s", "b"),
                        new TableName("x", "d"))));
        assertThat(expanded.schemas()).isEmpty();
        assertThat(expanded.tables())
                .extracting(table -> table.source() + " to " + table.target() + " " + table.onError())
                .containsExactly("s.b to n.other PARK", "s.a to n.a STOP", "s.c to n.c STOP");
        assertThat(expanded.topicSpecs())
                .extracting(TopicSpec::name)
                .containsExactly(
                        "p.signals",
                        "p.registry",
                        "p.old.ddl",
                        "p.old.progress",
                        "p.old.schema-history",
                        "p.old.s.b",
                        "p.old.s.a",
                        "p.old.s.c");
    }

    @Test
    void expand_addsTheEntryWithoutPart_capturedAsThePartsSay() {
        String parts = YAML.replace(
                "{ source: old.s.b, target: new.n.other }",
                "{ source: old.s.b, part: x, target: new.n.other, topic: own, onDdl: stop, cascades: [fk] }");
        PipelineDefinition wild = new PipelineReader(Map.of()).parse("p.yaml", parts);
        PipelineDefinition expanded = wild.expand(Map.of("old", List.of(new TableName("s", "b"))));
        assertThat(expanded.tables())
                .extracting(table -> table.label() + " to " + table.target() + " " + table.topic() + " " + table.onDdl()
                        + " " + table.cascades())
                .containsExactly("old.s.b/x to n.other own STOP [fk]", "old.s.b to n.b own STOP [fk]");
        assertThatThrownBy(() -> new PipelineReader(Map.of())
                        .parse("p.yaml", parts.replace("new.n.other", "new.n.b"))
                        .expand(Map.of("old", List.of(new TableName("s", "b")))))
                .isInstanceOf(ChangeoverException.class)
                .hasMessageContaining("[10] old.s.b: `old.s.b` goes to n.b on h:3307, as `old.s.b/x` does");
    }

    @Test
    void expand_refusesAWildcardWithoutTables() {
        assertThatThrownBy(() -> definition.expand(Map.of("old", List.of())))
                .isInstanceOf(ChangeoverException.class)
                .hasMessageContaining("[10] old.s.*: covers no table");
    }

    @Test
    void expand_refusesTopicsThatCollide() {
        assertThatThrownBy(() ->
                        definition.expand(Map.of("old", List.of(new TableName("s", "a!"), new TableName("s", "a?")))))
                .isInstanceOf(ChangeoverException.class)
                .hasMessageContaining("[10] old.s.a?: topic p.old.s.a- of old.s.a? is also that of old.s.a! to Kafka");
    }

    @Test
    void shards_areSpreadEvenlyOverTheirServers() {
        String sharded =
                YAML.replace("target: new.n.other", "target: new.n.o, shards: { by: id, count: 3, table: 'o{shard}' }");
        TableDefinition table = new PipelineReader(Map.of())
                .parse("p.yaml", sharded).tables().stream()
                        .filter(read -> read.shards() != null)
                        .findFirst()
                        .orElseThrow();
        assertThat(table.destinations())
                .containsExactly(
                        new Destination(0, "new", new TableName("n", "o0")),
                        new Destination(1, "new", new TableName("n", "o1")),
                        new Destination(2, "new", new TableName("n", "o2")));
    }

    @Test
    void applicationIds_differ_alsoWhereNamesComeToOneTopicName() {
        String same = YAML.replace(
                "  - { source: old.s.b, target: new.n.other }",
                "  - { source: old.s.`a.b`, target: new.n.one }\n"
                        + "  - { source: old.s.a-b, target: new.n.two, topic: p.other }");
        PipelineDefinition tables = new PipelineReader(Map.of()).parse("p.yaml", same);
        assertThat(tables.tables()).extracting(tables::applicationId).containsExactly("p.old.s.a-b", "p..p.other");
    }

    @Test
    void partsOfOneTable_shareItsTopic_andNothingElse() {
        String split = YAML.replace(
                "  - { source: old.s.b, target: new.n.other }",
                "  - { source: old.s.b, target: new.n.one }\n  - { source: old.s.b, part: x, target: new.n.two }");
        PipelineDefinition tables = new PipelineReader(Map.of()).parse("p.yaml", split);
        assertThat(tables.topicSpecs().stream().filter(topic -> topic.name().contains(".s.")))
                .hasSize(1);
        assertThat(tables.tables()).extracting(TableDefinition::label).containsExactly("old.s.b", "old.s.b/x");
        assertThat(tables.tables()).extracting(tables::feed).containsExactly("p.old.s.b>n.one", "p.old.s.b>n.two");
        assertThat(tables.tables()).extracting(tables::applicationId).containsExactly("p.old.s.b", "p.old.s.b+x");
        assertThat(tables.expand(Map.of("old", List.of(new TableName("s", "b"), new TableName("s", "c"))))
                        .tables())
                .extracting(TableDefinition::label)
                .startsWith("old.s.b", "old.s.b/x")
                .doesNotHaveDuplicates();
    }

    @Test
    void shards_areSpreadEvenlyOverServers() {
        ShardSettings shards =
                new ShardSettings(MappingExpression.parse("MOD(a, 4)"), 4, "t{shard}", List.of("x", "y"));
        assertThat(List.of(0, 1, 2, 3)).extracting(shards::targetOf).containsExactly("x", "x", "y", "y");
        assertThat(shards.tableOf(3)).isEqualTo("t3");
    }

    @Test
    void key_mustFollowFromTheOldKey() {
        assertThatThrownBy(() -> new TableDefinition(
                        "old",
                        new TableName("s", "t"),
                        "new",
                        new TableName("n", "t"),
                        Map.of("id", MappingExpression.parse("id + 1")),
                        null,
                        null,
                        null,
                        OnError.PARK,
                        null,
                        List.of()))
                .hasMessageContaining("neither an old column nor a constant");
    }
}
