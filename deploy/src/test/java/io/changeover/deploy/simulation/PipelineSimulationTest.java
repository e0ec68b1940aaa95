package io.changeover.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The decision classes under 100,000 random courses of events. {@code -Dseed=n} replays one, {@code -Dseeds=n} sets how many,
 * {@code -DfirstSeed=n} where they begin.
 */
@Tag("simulation")
class PipelineSimulationTest {

    private static final int THREADS = 2;

    @Test
    void everySeed_keepsEveryInvariant() throws InterruptedException, ExecutionException {
        Long one = Long.getLong("seed");
        if (one != null) {
            SimulationRun.run(one, new Wiring());
            return;
        }
        long first = Long.getLong("firstSeed", 1);
        long last = first + Long.getLong("seeds", 100_000) - 1;
        long began = System.nanoTime();
        AtomicLong next = new AtomicLong(first);
        AtomicBoolean failed = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(threads.submit(() -> {
                    for (long seed = next.getAndIncrement();
                            seed <= last && !failed.get();
                            seed = next.getAndIncrement()) {
                        boolean ok = false;
                        try {
                            SimulationRun.run(seed, new Wiring());
                            ok = true;
                        } finally {
                            if (!ok) {
                                failed.set(true);
                            }
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf(
                "simulation: %d seeds in %.1f s, %.0f a second%n",
                last - first + 1, took.toMillis() / 1000.0, (last - first + 1) * 1000.0 / took.toMillis());
        assertThat(failed).isFalse();
    }
}
