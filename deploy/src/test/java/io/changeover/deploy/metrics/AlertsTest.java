package io.changeover.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alerts ask for what is exported: an alert about a number that nobody has would never fire. */
class AlertsTest {

    private static final Pattern LABEL_IN_TEXT = Pattern.compile("\\$labels\\.([a-z_]+)");

    @Test
    void everyAlert_asksForWhatIsThere() throws IOException {
        List<Map<String, Object>> rules = rules();
        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(rules).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
        try (Exported exported = new Exported()) {
            Exposition exposition = exported.read();
            rules.forEach(rule -> requireThere(rule, exposition));
        }
    }

    private static void requireThere(Map<String, Object> rule, Exposition exposition) {
        String alert = String.valueOf(rule.get("alert"));
        assertThat(alert).startsWith("Changeover");
        assertThat(rule.keySet()).as(alert).isSubsetOf("alert", "expr", "for", "labels", "annotations");
        assertThat(String.valueOf(rule.getOrDefault("for", "1m"))).as(alert).matches("\\d+[mh]");
        assertThat(map(rule.get("labels")).get("severity")).as(alert).isIn("warning", "critical");
        assertThat(map(rule.get("annotations"))).as(alert).containsKey("summary");
        Query query = new Query(alert, String.valueOf(rule.get("expr")));
        assertThat(query.isOurs()).as(alert).isTrue();
        query.requireThere(exposition);
        Matcher told = LABEL_IN_TEXT.matcher(map(rule.get("annotations")).toString());
        while (told.find()) {
            query.requireKept(told.group(1), exposition);
        }
    }

    private static List<Map<String, Object>> rules() throws IOException {
        Object file = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("prometheus", "alerts.yml")));
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object group : list(map(file).get("groups"))) {
            assertThat(map(group)).containsOnlyKeys("name", "rules");
            list(map(group).get("rules")).forEach(rule -> rules.add(map(rule)));
        }
        return rules;
    }

    @SuppressWarnings("unchecked") // whatever is no mapping fails where it is asked
    private static Map<String, Object> map(@Nullable Object yaml) {
        assertThat(yaml).isInstanceOf(Map.class);
        return (Map<String, Object>) Objects.requireNonNull(yaml);
    }

    private static List<?> list(@Nullable Object yaml) {
        assertThat(yaml).isInstanceOf(List.class);
        return (List<?>) Objects.requireNonNull(yaml);
    }
}
