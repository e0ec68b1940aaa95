package io.changeover.deploy.benchmark;

import static java.util.stream.Collectors.toMap;

import io.changeover.apply.target.TargetProgress;
import io.changeover.deploy.Main;
import io.changeover.deploy.run.Preparation;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Capture and apply as processes of their own, with the launcher's options. Confined. */
final class OurParts implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    private static final int STEP_MILLIS = 50;
    /** So long nothing must have come before the rows are counted. */
    private static final double STILL_SECONDS = 2;

    private static final int NO_TARGET = 1;
    private static final Duration LOAD_WARM_UP = Duration.ofSeconds(30);
    private static final Duration LOAD = Duration.ofSeconds(30);

    /** How far a part is: the next offset of each partition. */
    private interface Place {
        Map<TopicPartition, Long> read() throws Exception;
    }

    private final Stage stage;
    private final BenchmarkSettings settings;
    private final Admin admin;
    private int runs;
    private @Nullable String filled;
    private @Nullable StatementCosts costs;

    OurParts(Stage stage, BenchmarkSettings settings) {
        this.stage = stage;
        this.settings = settings;
        this.admin = Admin.create(Map.of("bootstrap.servers", stage.bootstrapServers()));
    }

    /** The backlog into new topics. */
    Measurement capture() throws Exception {
        String name = fresh();
        Measurement measured = capture(name, afterLoaded(), stage.backlog());
        filled = name;
        return measured;
    }

    /** Every row into new topics. */
    Measurement backfill() throws Exception {
        return capture(fresh(), "snapshot", stage.rows());
    }

    private Measurement capture(String name, String start, long rows) throws Exception {
        Pipeline pipeline = stage.pipeline(name, NO_TARGET);
        new Preparation(pipeline.definition(start), END_LIMIT).createTopics();
        try (ChildJvm capture = start(pipeline, start, "capture")) {
            return measure(pipeline, Map.of("capture", capture), stage.pids(), () -> ends(pipeline), rows);
        }
    }

    /** The pipeline whose topics hold the backlog. */
    private String filled() throws Exception {
        if (filled == null) {
            capture();
        }
        return filled == null ? "" : filled;
    }

    /** The topics that hold the backlog. */
    List<String> filledTopics() throws Exception {
        return topics(stage.pipeline(filled(), NO_TARGET));
    }

    /** The backlog from its topics into a new server. */
    Measurement apply() throws Exception {
        String name = filled();
        try (Stage.Target target = stage.freshTarget()) {
            Pipeline pipeline = stage.pipeline(name, target.server().port());
            StatementCosts.begin(target.server());
            try (ChildJvm apply = start(pipeline, afterLoaded(), "apply")) {
                Map<String, Long> pids = stage.pids();
                pids.remove("source");
                Map<String, ChildJvm> processes = Map.of("apply", apply);
                Measurement measured = applied(pipeline, processes, pids, target);
                costs = StatementCosts.of(target.server());
                end(processes);
                return measured;
            }
        }
    }

    /** What the last {@link #apply} cost the new server. */
    String costs() {
        return Objects.requireNonNull(costs, "nothing was applied").perMillion(stage.backlog());
    }

    /** The backlog into new topics, and from there into a new server. */
    Measurement road() throws Exception {
        return onRoad((processes, pids, target, measured) -> measured);
    }

    /** The same as a warm-up, then a steady load. The old server has more rows afterwards than any other part expects. */
    Latency latency() throws Exception {
        return onRoad((processes, pids, target, measured) -> {
            Latency latency = new SteadyLoad(stage.workload(), settings.rate())
                    .run(stage.source(), target.server(), LOAD_WARM_UP, LOAD, pids);
            requireSame(Workload.fingerprint(stage.source()), target);
            return latency;
        });
    }

    /** What is done while capture and apply run, caught up with the backlog. */
    private interface Road<T> {
        T go(Map<String, ChildJvm> processes, Map<String, Long> pids, Stage.Target target, Measurement measured)
                throws Exception;
    }

    private <T> T onRoad(Road<T> road) throws Exception {
        String name = fresh();
        try (Stage.Target target = stage.freshTarget()) {
            Pipeline pipeline = stage.pipeline(name, target.server().port());
            new Preparation(pipeline.definition(afterLoaded()), END_LIMIT).execute();
            try (ChildJvm capture = start(pipeline, afterLoaded(), "capture");
                    ChildJvm apply = start(pipeline, afterLoaded(), "apply")) {
                Map<String, ChildJvm> processes = new LinkedHashMap<>();
                processes.put("capture", capture);
                processes.put("apply", apply);
                Map<String, Long> pids = stage.pids();
                Measurement measured = applied(pipeline, processes, pids, target);
                processes.forEach((each, process) -> pids.put(each, process.pid()));
                pids.put("target", target.server().pid());
                T result = road.go(processes, pids, target, measured);
                end(processes);
                return result;
            }
        }
    }

    private Measurement applied(
            Pipeline pipeline, Map<String, ChildJvm> processes, Map<String, Long> servers, Stage.Target target)
            throws Exception {
        Map<String, Long> pids = new LinkedHashMap<>(servers);
        pids.put("target", target.server().pid());
        PipelineDefinition definition = pipeline.definition("now");
        Map<String, String> topics =
                definition.tables().stream().collect(toMap(definition::feed, definition::rowTopic));
        Measurement measured;
        try (Connection connection = target.server().connect()) {
            measured = measure(
                    pipeline,
                    processes,
                    pids,
                    () -> TargetProgress.partitions(connection, pipeline.name()).stream()
                            .collect(toMap(
                                    each -> new TopicPartition(topics.get(each.feed()), each.partition()),
                                    each -> each.nextOffset())),
                    stage.backlog());
        }
        requireSame(stage.outcome(), target);
        return measured;
    }

    private static void requireSame(String expected, Stage.Target target) {
        String outcome = Workload.fingerprint(target.server());
        if (!outcome.equals(expected)) {
            throw new IllegalStateException("the new tables are not as the old ones: " + outcome + ", not " + expected);
        }
    }

    /** In good order: the group is free for the next run. */
    private static void end(Map<String, ChildJvm> processes) throws InterruptedException {
        processes.values().forEach(ChildJvm::terminate);
        for (ChildJvm process : processes.values()) {
            process.exitCode(END_LIMIT);
        }
    }

    private Measurement measure(
            Pipeline pipeline, Map<String, ChildJvm> processes, Map<String, Long> servers, Place place, long rows)
            throws Exception {
        Map<String, Long> pids = new LinkedHashMap<>();
        processes.forEach((name, process) -> pids.put(name, process.pid()));
        pids.putAll(servers);
        Meter<Map<TopicPartition, Long>> meter = new Meter<>(pids);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Map<TopicPartition, Long> now = place.read();
            meter.note(now);
            // offsets count more than rows: it is not over before there are so many
            if (now.values().stream().mapToLong(next -> next).sum() >= rows && meter.stillSeconds() > STILL_SECONDS) {
                TopicIndex index = TopicIndex.read(stage.bootstrapServers(), now.keySet());
                if (index.recordsBefore(now) >= rows) {
                    return meter.measure(index::recordsBefore);
                }
            }
            for (ChildJvm process : processes.values()) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            pipeline.name() + " did not end its work at " + now + "\n" + process.log());
                }
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    private Map<TopicPartition, Long> ends(Pipeline pipeline) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (String topic : topics(pipeline)) {
            for (int i = 0; i < pipeline.partitions(); i++) {
                asked.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private static List<String> topics(Pipeline pipeline) {
        PipelineDefinition definition = pipeline.definition("now");
        return definition.tables().stream().map(definition::rowTopic).toList();
    }

    private ChildJvm start(Pipeline pipeline, String from, String command) throws IOException {
        Path file = stage.file(pipeline.name() + ".yaml");
        Files.writeString(file, pipeline.text(from));
        // as deploy/changeover has them
        List<String> options =
                new ArrayList<>(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:NewRatio=1", "-Xmx" + settings.heap()));
        options.addAll(settings.options());
        return ChildJvm.of(Main.class, stage.file(pipeline.name() + "-" + command + "-" + runs + ".log"))
                .options(options.toArray(String[]::new))
                .arguments("-c", file.toString(), command)
                .start();
    }

    private String afterLoaded() {
        return "gtid:" + stage.loaded();
    }

    private String fresh() {
        runs++;
        return "run" + runs;
    }

    @Override
    public void close() {
        admin.close();
    }
}
