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

    private static final Pattern SELECTOR = Pattern.compile("(changeover_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)=(~?)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|group_left) \\(([a-z_, ]*)\\)");
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
        String expression = String.valueOf(rule.get("expr"));
        Matcher selector = SELECTOR.matcher(expression);
        List<Exposition.Sample> asked = new ArrayList<>();
        while (selector.find()) {
            List<Exposition.Sample> samples = exposition.of(selector.group(1));
            assertThat(samples).as("%s: %s", alert, selector.group(1)).isNotEmpty();
            asked.addAll(samples);
            Matcher label = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (label.find()) {
                for (String value : label.group(3).split("\\|")) {
                    assertThat(samples)
                            .as("%s: %s=%s", alert, label.group(1), value)
                            .anySatisfy(sample -> assertThat(sample.labels()).containsEntry(label.group(1), value));
                }
            }
        }
        assertThat(asked).as(alert).isNotEmpty();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            for (String label : grouping.group(1).split(", ")) {
                assertThat(label.isEmpty()
                                || asked.stream()
                                        .anyMatch(sample -> sample.labels().containsKey(label)))
                        .as("%s: %s", alert, label)
                        .isTrue();
            }
        }
        Matcher told = LABEL_IN_TEXT.matcher(map(rule.get("annotations")).toString());
        while (told.find()) {
            String label = told.group(1);
            boolean kept = !expression.contains(" by (") || expression.contains(label);
            boolean there = label.equals("instance")
                    || asked.stream().anyMatch(sample -> sample.labels().containsKey(label));
            assertThat(kept && there).as("%s tells its %s", alert, label).isTrue();
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
