package io.changeover.deploy.benchmark;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Measures every part, and beside it, in turn and on the same rows, what limits it. Each repetition is a whole round, so that
 * a machine that gets slower does so for both.
 */
final class Benchmark {

    private final BenchmarkSettings settings;
    private final BenchmarkReport report = new BenchmarkReport();

    Benchmark(BenchmarkSettings settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) throws Exception {
        new Benchmark(BenchmarkSettings.ofSystemProperties()).run();
        System.exit(0);
    }

    void run() throws Exception {
        System.out.println(settings);
        try (Stage stage = new Stage(settings);
                OurParts ours = new OurParts(stage, settings)) {
            System.out.println("the backlog: " + stage.backlog() + " row changes; " + stage.rows() + " rows after it");
            Limits limits = new Limits(stage); // one for all rounds: it numbers its processes' logs
            for (int i = 1; i <= settings.repetitions(); i++) {
                System.out.println("round " + i);
                round(ours, limits);
            }
            if (settings.parts().contains("latency")) {
                report.latency(ours.latency()); // last: it adds to the old server
            }
        }
        report.print(new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)));
        report.write(settings.output(), settings);
        System.out.println("written to " + settings.output());
    }

    private void round(OurParts ours, Limits limits) throws Exception {
        Set<String> parts = settings.parts();
        boolean limited = settings.limits();
        if (parts.contains("capture")) {
            report.part("capture", ours.capture());
            if (limited) {
                report.limit("capture", "binlog client, rows parsed", limits.binlog());
                report.limit("capture", "Debezium engine, records dropped", limits.engine());
            }
        }
        if (parts.contains("backfill")) {
            report.part("backfill", ours.backfill());
            if (limited) {
                report.limit("backfill", "streaming SELECT", limits.select());
            }
        }
        if (parts.contains("apply")) {
            report.part("apply", ours.apply());
            report.note(ours.costs());
            if (limited) {
                List<String> topics = ours.filledTopics();
                report.limit("apply", "upsert, 1 connection", limits.upsert(topics, 1));
                report.limit("apply", "upsert, 2 connections", limits.upsert(topics, 2));
            }
        }
        if (parts.contains("road")) {
            report.part("road", ours.road());
        }
    }
}
