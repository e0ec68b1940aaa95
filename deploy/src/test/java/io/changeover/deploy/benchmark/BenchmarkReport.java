package io.changeover.deploy.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.changeover.deploy.output.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Medians and ranges of all runs; each limit stands below the part that it limits. Confined. */
final class BenchmarkReport {

    private static final String INDENT = "  ";

    /** A part, or what one is held against. */
    private record Line(String name, String limits, List<Measurement> runs) {}

    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable Latency latency;

    void part(String name, Measurement measured) {
        lines.computeIfAbsent(name, any -> new Line(name, "", new ArrayList<>()))
                .runs()
                .add(measured);
        say(name, measured);
    }

    /** @param part what it limits, measured just before */
    void limit(String part, String name, Measurement measured) {
        lines.computeIfAbsent(INDENT + name, any -> new Line(INDENT + name, part, new ArrayList<>()))
                .runs()
                .add(measured);
        say(INDENT + name, measured);
    }

    /** Something beside the table. */
    void note(String text) {
        notes.add(text);
        System.out.println(INDENT + text);
    }

    void latency(Latency measured) {
        latency = measured;
    }

    private static void say(String name, Measurement measured) {
        System.out.printf(
                Locale.ROOT,
                "%-32s %7.0f rows/s, warm %7.0f, CPU s/M %s, others %.0f%%%s%n",
                name,
                measured.rate(),
                measured.warmRate(),
                rounded(measured.cpuPerMillion()),
                measured.othersPercent(),
                measured.noisy() ? " NOISY" : "");
    }

    private static Map<String, Long> rounded(Map<String, Double> values) {
        Map<String, Long> rounded = new LinkedHashMap<>();
        values.forEach((name, value) -> rounded.put(name, Math.round(value)));
        return rounded;
    }

    /** Parts in the order in which they were measured, each with its limits. */
    void print(PrintWriter out) {
        TextTable table = new TextTable(
                "medians", "rows/s", "range", "warm", "part/limit, warm", "CPU s per million rows", "peak MB", "noisy");
        for (Line part : lines.values()) {
            if (part.limits.isEmpty()) {
                line(table, part);
                lines.values().stream()
                        .filter(limit -> limit.limits.equals(part.name))
                        .forEach(limit -> line(table, limit));
            }
        }
        table.print(out);
        notes.forEach(out::println);
        Latency waited = latency;
        if (waited != null) {
            out.printf(
                    Locale.ROOT,
                    "commit to visible at %.0f row changes/s, %d probes: median %.1f ms, p90 %.1f, p99 %.1f, largest %.1f;"
                            + " others %.0f%%%n",
                    waited.rate(),
                    waited.probes(),
                    waited.median(),
                    waited.p90(),
                    waited.p99(),
                    waited.largest(),
                    waited.othersPercent());
        }
        out.flush();
    }

    private void line(TextTable table, Line line) {
        List<Measurement> runs = line.runs;
        Line part = lines.get(line.limits);
        table.line(
                line.name,
                number(median(runs, Measurement::rate)),
                number(runs.stream().mapToDouble(Measurement::rate).min().orElse(0)) + "-"
                        + number(runs.stream()
                                .mapToDouble(Measurement::rate)
                                .max()
                                .orElse(0)),
                number(median(runs, Measurement::warmRate)),
                part == null ? "" : ratios(part.runs, runs),
                processes(runs, measured -> measured.cpuPerMillion()),
                processes(runs, measured -> measured.peakMegabytes()),
                runs.stream().filter(Measurement::noisy).count() + "/" + runs.size());
    }

    /** Of each pair of runs, for the machine's mood changes. */
    private static String ratios(List<Measurement> part, List<Measurement> limit) {
        List<Double> ratios = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        for (int i = 0; i < Math.min(part.size(), limit.size()); i++) {
            ratios.add(part.get(i).rate() / limit.get(i).rate());
            warm.add(part.get(i).warmRate() / limit.get(i).warmRate());
        }
        return String.format(Locale.ROOT, "%.2f, %.2f", median(ratios, ratio -> ratio), median(warm, ratio -> ratio));
    }

    private static String processes(
            List<Measurement> runs, java.util.function.Function<Measurement, Map<String, ? extends Number>> values) {
        TreeSet<String> names = new TreeSet<>();
        runs.forEach(run -> names.addAll(values.apply(run).keySet()));
        List<String> texts = new ArrayList<>();
        for (String name : names) {
            List<Number> all = new ArrayList<>();
            for (Measurement run : runs) {
                Number value = values.apply(run).get(name);
                if (value != null) {
                    all.add(value);
                }
            }
            texts.add(name + " " + number(median(all, Number::doubleValue)));
        }
        return String.join(", ", texts);
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> value) {
        double[] sorted = values.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String number(double value) {
        return Long.toString(Math.round(value));
    }

    void write(Path file, BenchmarkSettings settings) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("orders", settings.orders());
        all.put("transactions", settings.transactions());
        all.put("processors", Runtime.getRuntime().availableProcessors());
        settings.readers().ifPresent(readers -> all.put("readers", readers));
        all.put("durable", settings.durable());
        all.put("pool", settings.pool());
        all.put("notes", notes);
        all.put("hotKeys", settings.hotKeys());
        all.put("lines", lines.values());
        if (latency != null) {
            all.put("latency", latency);
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
    }
}
