package io.changeover.deploy.benchmark;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is asserted about a speed, for machines differ; but the new tables must be as the old ones after every run. */
@Tag("benchmark")
@Timeout(7200)
class BenchmarkIT {

    @Test
    void everyPart_besideItsLimit() throws Exception {
        new Benchmark(BenchmarkSettings.ofSystemProperties()).run();
    }
}
