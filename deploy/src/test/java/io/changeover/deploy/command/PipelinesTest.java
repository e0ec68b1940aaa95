package io.changeover.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a name on the command line stands for, and whom a problem stops. */
class PipelinesTest {

    private final PipelineDefinition pipeline = new PipelineReader(Map.of()).parse("p.yaml", """
            pipeline: p
            kafka: { bootstrap.servers: k }
            sources:
              a: { host: h, user: u, password: p }
              b: { host: i, user: u, password: p }
            targets: { new: { host: j, user: u, password: p } }
            tables:
              - { source: a.s.t, target: new.n.t }
              - { source: a.s.t, part: x, target: new.n.x }
              - { source: b.s.t, part: y, target: new.n.y }
              - { source: b.s.t, part: z, target: new.n.z }
            """);

    @Test
    void oldTable_standsForAllItsParts_whereThatCanBe() {
        assertThat(labels("a.s.t")).containsExactly("a.s.t", "a.s.t/x");
        assertThat(labels("a.s.t/x")).containsExactly("a.s.t/x");
        assertThat(labels("b.s.t")).containsExactly("b.s.t/y", "b.s.t/z");
        assertThat(Pipelines.oldTable(pipeline, "b.s.t/z").label()).isEqualTo("b.s.t/z");
        assertThat(Pipelines.table(pipeline, "a.s.t").label()).isEqualTo("a.s.t");
        assertThatThrownBy(() -> Pipelines.table(pipeline, "b.s.t"))
                .hasMessageContaining("[10] --table b.s.t: the table is split into b.s.t/y, b.s.t/z");
        assertThatThrownBy(() -> Pipelines.tables(pipeline, "a.s.t/z")).hasMessageContaining("no such table");
    }

    private List<String> labels(String asked) {
        return Pipelines.tables(pipeline, asked).stream()
                .map(TableDefinition::label)
                .toList();
    }

    @Test
    void obstacle_isThatOfItsOwnTableAndServer() {
        assertThat(later(Map.of("a", at(ExitCode.PREFLIGHT, "table s.t")), List.of()))
                .containsExactly("a.s.t", "a.s.t/x");
        assertThat(later(Map.of("b", at(ExitCode.UNREACHABLE, "source b at i:3306")), List.of()))
                .containsExactly("b.s.t/y", "b.s.t/z");
        assertThat(later(Map.of("b", at(ExitCode.PREFLIGHT, "source b at i:3306")), List.of()))
                .as("the server can be asked")
                .isEmpty();
        assertThat(later(Map.of(), at(ExitCode.CONFIG, "b.s.t/y"))).containsExactly("b.s.t/y");
        assertThat(later(Map.of(), at(ExitCode.CONFIG, "a.s.t"))).containsExactly("a.s.t");
        assertThat(later(Map.of(), at(ExitCode.PREFLIGHT, "n.x"))).containsExactly("a.s.t/x");
        assertThat(later(Map.of(), at(ExitCode.UNREACHABLE, "target new at j:3306")))
                .hasSize(4);
    }

    private static List<Problem> at(ExitCode code, String place) {
        return List.of(new Problem(code, place, "it is broken", "mend it"));
    }

    private List<String> later(Map<String, List<Problem>> onSources, List<Problem> onTargets) {
        Obstacles obstacles = new Obstacles(pipeline, onSources, onTargets);
        return pipeline.tables().stream()
                .filter(obstacles::of)
                .map(TableDefinition::label)
                .toList();
    }
}
