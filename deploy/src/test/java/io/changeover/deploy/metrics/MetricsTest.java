package io.changeover.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is exported stands in METRICS.md, and is what its rules say: of one prefix, in base units, of few labels. */
class MetricsTest {

    private static final Path FILE = Path.of("METRICS.md");
    private static final String HEAD = "| name | type | unit | labels | meaning |";
    private static final Set<String> LABELS = Set.of(
            "pipeline",
            "worker",
            "source",
            "table",
            "operation",
            "kind",
            "phase",
            "by",
            "side",
            "verdict",
            "what",
            "context");

    private static Exported exported;
    private static Exposition exposition;

    @BeforeAll
    static void export() {
        exported = new Exported();
        exposition = exported.read();
    }

    @AfterAll
    static void end() {
        exported.close();
    }

    @Test
    void everyName_isWrittenDown() throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        int from = lines.indexOf(HEAD) + 2;
        int to = from + lines.subList(from, lines.size()).indexOf("");
        if (Boolean.getBoolean("metrics.write")) {
            List<String> written = new ArrayList<>(lines.subList(0, from));
            written.addAll(table());
            written.addAll(lines.subList(to, lines.size()));
            Files.write(FILE, written);
            return;
        }
        assertThat(lines.subList(from, to))
                .as("METRICS.md is old: run this test with -Dmetrics.write=true")
                .isEqualTo(table());
    }

    /** Also those of the JVM. */
    @Test
    void everyNameThatIsWrittenDown_isThere() throws IOException {
        Matcher names =
                Pattern.compile("`((?:changeover|jvm|process|system)_[a-z_]+)`").matcher(Files.readString(FILE));
        Set<String> written = new TreeSet<>();
        while (names.find()) {
            written.add(names.group(1));
        }
        assertThat(written).hasSizeGreaterThan(30);
        assertThat(exposition.types().keySet()).containsAll(written);
    }

    @Test
    void names_areOfBaseUnits_andLabelsAreFew() {
        Map<String, String> units = units();
        ours().forEach(name -> {
            assertThat(name)
                    .matches("(changeover_[a-z]+_[a-z_]+|debezium_metrics_[A-Za-z]+)")
                    .doesNotContain("milli");
            String unit = units.get(name);
            if (unit != null) {
                assertThat(name).containsPattern("_" + unit + "(_total)?$");
            }
            assertThat(exposition.type(name).equals("counter")).as(name).isEqualTo(name.endsWith("_total"));
            assertThat(exposition.of(name)).isNotEmpty().allSatisfy(sample -> {
                assertThat(LABELS).containsAll(sample.labels().keySet());
                assertThat(sample.labels()).containsEntry("pipeline", "orders");
            });
        });
    }

    @Test
    void whatNobodyKnowsYet_isNoNumber() {
        assertThat(exposition.value("changeover_capture_lag_seconds")).isNaN();
        assertThat(exposition.value("changeover_apply_lag_seconds", "table", "legacy.trade.t_user/head"))
                .isNaN();
        assertThat(exposition.value(
                        "changeover_reconcile_verdict", "table", "legacy.trade.t_order", "verdict", "equal"))
                .isNaN();
        assertThat(exposition.value("changeover_watch_seen", "what", "history")).isZero();
        assertThat(exposition.value("changeover_topic_retention_seconds")).isEqualTo(7 * 86_400);
    }

    private static List<String> ours() {
        return exposition.types().keySet().stream()
                .filter(name -> name.startsWith("changeover_") || name.startsWith("debezium_"))
                .toList();
    }

    private static List<String> table() {
        Map<String, String> units = units();
        return ours().stream()
                .map(name -> {
                    String labels = exposition.of(name).stream()
                            .flatMap(sample -> sample.labels().keySet().stream())
                            .filter(label -> !label.equals("pipeline"))
                            .distinct()
                            .sorted()
                            .map(label -> "`" + label + "`")
                            .collect(Collectors.joining(", "));
                    return "| `" + name + "` | " + exposition.type(name) + " | " + units.getOrDefault(name, "") + " | "
                            + labels + " | " + exposition.help(name) + " |";
                })
                .toList();
    }

    private static Map<String, String> units() {
        Map<String, String> units = new HashMap<>();
        for (Meter meter : exported.metrics.registry().getMeters()) {
            String unit = meter.getId().getBaseUnit();
            if (unit != null) {
                String name = meter.getId()
                        .getConventionName(exported.metrics.registry().config().namingConvention());
                units.put(name, unit);
                units.put(name + "_total", unit); // which the exposition adds to counters
            }
        }
        return units;
    }
}
