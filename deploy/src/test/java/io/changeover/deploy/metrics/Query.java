package io.changeover.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query that somebody sends to Prometheus: one about a number that nobody has would never say anything.
 *
 * @param who asks, for messages
 */
record Query(String who, String expression) {

    private static final Pattern SELECTOR = Pattern.compile("(changeover_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)=(~?)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|group_left|group_right) \\(([a-z_, ]*)\\)");

    /** Of Prometheus itself, and of our compose file's. */
    private static final Set<String> SCRAPED = Set.of("instance", "job", "service");

    /** Requires that what it asks for is exported, with the labels and their values that it names. */
    void requireThere(Exposition exposition) {
        Matcher selector = SELECTOR.matcher(expression);
        List<Exposition.Sample> asked = new ArrayList<>();
        while (selector.find()) {
            List<Exposition.Sample> samples = exposition.of(selector.group(1));
            assertThat(samples).as("%s: %s", who, selector.group(1)).isNotEmpty();
            asked.addAll(samples);
            requireMatchers(samples, selector.group(2) == null ? "" : selector.group(2));
        }
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            for (String label : grouping.group(1).split(", ")) {
                assertThat(label.isEmpty() || asked.isEmpty() || has(asked, label))
                        .as("%s: %s", who, label)
                        .isTrue();
            }
        }
    }

    private void requireMatchers(List<Exposition.Sample> samples, String matchers) {
        Matcher label = MATCHER.matcher(matchers);
        while (label.find()) {
            for (String value : label.group(3).split("\\|")) {
                if (!value.startsWith("$")) { // a variable of a dashboard
                    assertThat(samples)
                            .as("%s: %s=%s", who, label.group(1), value)
                            .anySatisfy(sample -> assertThat(sample.labels()).containsEntry(label.group(1), value));
                }
            }
        }
    }

    /** Requires that a label which is shown of what comes is still there then. */
    void requireKept(String label, Exposition exposition) {
        List<String> groupings = GROUPING.matcher(expression)
                .results()
                .map(found -> found.group(1))
                .toList();
        boolean kept = groupings.isEmpty()
                || groupings.stream()
                        .anyMatch(labels -> List.of(labels.split(", ")).contains(label));
        List<Exposition.Sample> asked = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(expression);
        while (selector.find()) {
            asked.addAll(exposition.of(selector.group(1)));
        }
        assertThat(kept && (asked.isEmpty() || has(asked, label)))
                .as("%s shows its %s", who, label)
                .isTrue();
    }

    /** Whether it is about Changeover at all. */
    boolean isOurs() {
        return SELECTOR.matcher(expression).find();
    }

    private static boolean has(List<Exposition.Sample> asked, String label) {
        return SCRAPED.contains(label)
                || asked.stream().anyMatch(sample -> sample.labels().containsKey(label));
    }
}
