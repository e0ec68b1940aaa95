package io.changeover.deploy.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the parts are held against, each in a process of its own, on the same rows. */
final class Limits {

    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Stage stage;
    private int runs;

    Limits(Stage stage) {
        this.stage = stage;
    }

    Measurement binlog() throws Exception {
        return onSource(
                BinlogLimit.class, Integer.toString(stage.source().port()), stage.loaded(), "" + stage.backlog());
    }

    Measurement engine() throws Exception {
        return onSource(
                EngineLimit.class, Integer.toString(stage.source().port()), stage.loaded(), "" + stage.backlog());
    }

    Measurement select() throws Exception {
        return onSource(SelectLimit.class, stage.source().jdbcUrl(Workload.SCHEMA), "" + stage.rows());
    }

    Measurement upsert(List<String> topics, int connections) throws Exception {
        try (Stage.Target target = stage.freshTarget()) {
            return run(
                    UpsertLimit.class,
                    Map.of("target", target.server().pid()),
                    target.server().jdbcUrl(Workload.SCHEMA),
                    stage.bootstrapServers(),
                    String.join(",", topics),
                    Integer.toString(connections),
                    Long.toString(stage.backlog()));
        }
    }

    private Measurement onSource(Class<?> main, String... arguments) throws Exception {
        return run(main, Map.of("source", stage.source().pid()), arguments);
    }

    private Measurement run(Class<?> main, Map<String, Long> servers, String... arguments) throws Exception {
        String pids = servers.entrySet().stream()
                .map(server -> server.getKey() + "=" + server.getValue())
                .collect(Collectors.joining(","));
        runs++;
        try (ChildJvm limit = ChildJvm.of(main, stage.file("limit" + runs + ".log"))
                .options("-Xmx2g")
                .arguments(arguments)
                .arguments(pids)
                .start()) {
            return parse(limit.awaitLogLine(LimitMeter.MEASURED, LIMIT));
        }
    }

    private static Measurement parse(String line) throws IOException {
        return new ObjectMapper().readValue(line.substring(LimitMeter.MEASURED.length()), Measurement.class);
    }
}
