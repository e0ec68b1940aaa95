package io.changeover.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard shows what is exported, and its panels lie beside each other. */
class DashboardTest {

    private static final Path FILE = Path.of("grafana", "changeover.json");
    private static final Pattern SHOWN_LABEL = Pattern.compile("\\{\\{([a-z_]+)}}");

    @Test
    void everyPanel_asksForWhatIsThere() throws IOException {
        List<JsonNode> panels = panels();
        try (Exported exported = new Exported()) {
            Exposition exposition = exported.read();
            for (JsonNode panel : panels) {
                for (JsonNode target : panel.path("targets")) {
                    Query query = new Query(
                            panel.path("title").asText(), target.path("expr").asText());
                    query.requireThere(exposition);
                    assertThat(query.expression()).as(query.who()).contains("pipeline=\"$pipeline\"");
                    Matcher shown =
                            SHOWN_LABEL.matcher(target.path("legendFormat").asText());
                    while (shown.find()) {
                        query.requireKept(shown.group(1), exposition);
                    }
                }
            }
        }
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
    }

    @Test
    void noPanelLiesOnAnother() throws IOException {
        List<JsonNode> panels = panels();
        for (int i = 0; i < panels.size(); i++) {
            for (JsonNode other : panels.subList(0, i)) {
                JsonNode one = panels.get(i);
                assertThat(overlap(one.path("gridPos"), other.path("gridPos")))
                        .as(one.path("title") + " and " + other.path("title"))
                        .isFalse();
            }
        }
    }

    private static boolean overlap(JsonNode one, JsonNode other) {
        return overlap(one, other, "x", "w") && overlap(one, other, "y", "h");
    }

    private static boolean overlap(JsonNode one, JsonNode other, String from, String length) {
        return one.path(from).asInt()
                        < other.path(from).asInt() + other.path(length).asInt()
                && other.path(from).asInt()
                        < one.path(from).asInt() + one.path(length).asInt();
    }

    private static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        new ObjectMapper().readTree(FILE.toFile()).path("panels").forEach(panels::add);
        assertThat(panels).hasSizeGreaterThan(15);
        return panels;
    }
}
