package io.changeover.deploy.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Keeps how far a run was at which moment, with what the processes had used by then. How many rows a place stands for may be
 * told afterwards. The window is from the first row seen to the last: neither the start of a JVM nor the wait for silence
 * counts. Confined.
 *
 * @param <P> how far it is
 */
final class Meter<P> {

    private record Sample<P>(long nanos, P place, Usage usage) {}

    private final Map<String, Long> pids;
    private final long self = ProcessHandle.current().pid();
    private final List<Sample<P>> samples = new ArrayList<>();

    /** @param pids the processes that take part, by name; the meter's own is known */
    Meter(Map<String, Long> pids) {
        this.pids = new LinkedHashMap<>(pids);
    }

    /** Notes the place when it has changed. */
    void note(P place) {
        if (samples.isEmpty() || !last().place.equals(place)) {
            Map<String, Long> all = new LinkedHashMap<>(pids);
            if (!all.containsValue(self)) {
                all.put("meter", self);
            }
            samples.add(new Sample<>(System.nanoTime(), place, Usage.of(all)));
        }
    }

    /** How long the place has been the same. */
    double stillSeconds() {
        return (System.nanoTime() - last().nanos) / 1e9;
    }

    private Sample<P> last() {
        return samples.get(samples.size() - 1);
    }

    Measurement measure(ToLongFunction<P> rowsAt) {
        List<Sample<P>> moved = samples.stream()
                .filter(sample -> rowsAt.applyAsLong(sample.place) > 0)
                .toList();
        if (moved.size() < 2) {
            throw new IllegalStateException(
                    "too few rows, or too fast, to be measured: " + samples.size() + " samples");
        }
        Sample<P> first = moved.get(0);
        Sample<P> last = moved.get(moved.size() - 1);
        long all = rowsAt.applyAsLong(last.place);
        Sample<P> half = moved.stream()
                .filter(sample -> rowsAt.applyAsLong(sample.place) >= all / 2)
                .findFirst()
                .orElse(first);
        long rows = all - rowsAt.applyAsLong(first.place);
        double seconds = seconds(first, last);
        Map<String, Double> cpu = new LinkedHashMap<>();
        Map<String, Long> memory = new LinkedHashMap<>();
        double ours = 0;
        for (Map.Entry<String, Double> used : last.usage.cpuSeconds().entrySet()) {
            double spent = used.getValue() - first.usage.cpuSeconds().getOrDefault(used.getKey(), Double.NaN);
            ours += spent;
            Long pid = pids.get(used.getKey());
            if (pid != null) {
                cpu.put(used.getKey(), spent * 1e6 / rows);
                Usage.peakMegabytes(pid).ifPresent(megabytes -> memory.put(used.getKey(), megabytes));
            }
        }
        double machine = last.usage.machineSeconds() - first.usage.machineSeconds();
        return new Measurement(
                all,
                seconds,
                rows / seconds,
                (all - rowsAt.applyAsLong(half.place)) / seconds(half, last),
                cpu,
                memory,
                100 * (machine - ours) / seconds);
    }

    private static double seconds(Sample<?> from, Sample<?> to) {
        return (to.nanos - from.nanos) / 1e9;
    }
}
