package io.changeover.deploy.trial;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts hazards of one table by what they are. Confined to one thread. */
final class Hazards {

    private static final int SAMPLES = 5;

    private record Sort(Hazard.Kind kind, String what) {}

    private final Map<Sort, List<String>> samples = new LinkedHashMap<>();
    private final Map<Sort, Long> counts = new LinkedHashMap<>();

    void add(Hazard.Kind kind, String what, String key) {
        Sort sort = new Sort(kind, what.replaceAll(" at row \\d+", ""));
        counts.merge(sort, 1L, Long::sum);
        List<String> keys = samples.computeIfAbsent(sort, none -> new ArrayList<>());
        if (keys.size() < SAMPLES) {
            keys.add(key);
        }
    }

    long rows() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most frequent first. */
    List<Hazard> list() {
        return counts.entrySet().stream()
                .map(entry -> new Hazard(
                        entry.getKey().kind(),
                        entry.getKey().what(),
                        entry.getValue(),
                        List.copyOf(samples.getOrDefault(entry.getKey(), List.of()))))
                .sorted(Comparator.comparingLong(Hazard::rows).reversed())
                .toList();
    }
}
