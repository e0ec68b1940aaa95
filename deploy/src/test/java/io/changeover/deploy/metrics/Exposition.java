package io.changeover.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process exports, read back. Fails where a line has not the form that Prometheus reads. */
public final class Exposition {

    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_][a-zA-Z0-9_]*) (.+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_][a-zA-Z0-9_]*) (gauge|counter|summary|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)(?:\\{(.*)})? (NaN|[-+0-9.eE]+|\\+Inf)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\",?");

    /** One value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private final Map<String, String> helps = new TreeMap<>();
    private final Map<String, String> types = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    public Exposition(String text) {
        text.lines().forEach(this::read);
    }

    private void read(String line) {
        Matcher help = HELP.matcher(line);
        if (help.matches()) {
            assertThat(helps.put(help.group(1), help.group(2))).as(line).isNull();
            return;
        }
        Matcher type = TYPE.matcher(line);
        if (type.matches()) {
            types.put(type.group(1), type.group(2));
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Map<String, String> labels = new LinkedHashMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        samples.add(new Sample(
                sample.group(1), labels, Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"))));
    }

    /** Type of each, by name. */
    public Map<String, String> types() {
        return types;
    }

    String type(String name) {
        return Objects.requireNonNull(types.get(name), name);
    }

    String help(String name) {
        return Objects.requireNonNull(helps.get(name), name);
    }

    List<Sample> of(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    /** The only sample of that name with these labels: name, value, name, value. */
    public double value(String name, String... labels) {
        List<Sample> found = of(name, labels);
        assertThat(found).as("%s %s", name, List.of(labels)).hasSize(1);
        return found.get(0).value();
    }

    /** Whether that is the value; false also where there is none. */
    public boolean has(double value, String name, String... labels) {
        return of(name, labels).stream().anyMatch(sample -> sample.value() == value);
    }

    private List<Sample> of(String name, String... labels) {
        return of(name).stream()
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .toList();
    }
}
