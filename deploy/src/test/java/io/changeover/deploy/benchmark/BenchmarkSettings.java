package io.changeover.deploy.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is measured, on how much; each from a system property {@code benchmark.<name>}.
 *
 * @param orders rows of each of the two tables before the backlog
 * @param transactions of the backlog; 5.8 row changes each on average
 * @param hotKeys more than 0: the backlog only updates so many orders, each as often
 * @param parts of {@code capture}, {@code backfill}, {@code apply}, {@code road}, {@code latency}
 * @param limits whether the limits are measured, too
 * @param readers of a backfill; empty: the product's default
 * @param rate row changes a second on the old server while the latency is measured
 * @param heap of capture and of apply; the launcher's by default
 * @param pool innodb_buffer_pool_size of both servers
 * @param durable whether the new server syncs at every commit (sync_binlog, innodb_flush_log_at_trx_commit)
 * @param options more options for the JVMs of capture and apply, such as a profiler's
 * @param output the figures as JSON
 */
record BenchmarkSettings(
        int orders,
        int transactions,
        int hotKeys,
        long seed,
        int partitions,
        int repetitions,
        Set<String> parts,
        boolean limits,
        Optional<Integer> readers,
        int rate,
        String heap,
        String pool,
        boolean durable,
        List<String> options,
        Path output) {

    static BenchmarkSettings ofSystemProperties() {
        return new BenchmarkSettings(
                number("orders", 100_000),
                number("transactions", 25_000),
                number("hotKeys", 0),
                number("seed", 42),
                number("partitions", 4),
                number("repetitions", 3),
                Set.of(text("parts", "capture,backfill,apply,road,latency").split(",", -1)),
                Boolean.parseBoolean(text("limits", "true")),
                Optional.of(text("readers", "")).filter(text -> !text.isBlank()).map(Integer::valueOf),
                number("rate", 1000),
                text("heap", "1g"),
                text("pool", "512M"),
                Boolean.parseBoolean(text("durable", "true")),
                text("options", "").isBlank()
                        ? List.of()
                        : List.of(text("options", "").trim().split("\\s+", -1)),
                Path.of(text("output", "target/benchmark.json")));
    }

    private static int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    private static String text(String name, String otherwise) {
        return System.getProperty("benchmark." + name, otherwise);
    }

    /** A new server is used as users have theirs: what it has committed survives a power cut. */
    String syncAtCommit() {
        return durable ? "1" : "0";
    }
}
