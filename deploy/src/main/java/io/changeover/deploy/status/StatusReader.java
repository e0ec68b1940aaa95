package io.changeover.deploy.status;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.capture.source.ServerVariables;
import io.changeover.deploy.status.CaptureGroups.Instances;
import io.changeover.deploy.status.TargetState.Applied;
import io.changeover.deploy.status.TargetState.DeferredRows;
import io.changeover.deploy.status.TargetState.FeedPartition;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.signal.ReadLimit;
import io.changeover.transport.signal.ReadWait;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Looks at a pipeline again and again. Confined to one thread. */
public final class StatusReader implements AutoCloseable {

    private final PipelineDefinition pipeline;
    private final Clock clock;
    private final Admin admin;
    private final Map<String, ProgressTopic> progress = new TreeMap<>();

    /** @param timeout how long the brokers may take to answer */
    public StatusReader(PipelineDefinition pipeline, Clock clock, Duration timeout) {
        this.pipeline = pipeline;
        this.clock = clock;
        Map<String, Object> client = new HashMap<>(pipeline.kafka().properties());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
        this.admin = Admin.create(client);
        for (SourceDefinition source : pipeline.sources()) {
            String topic = pipeline.topicNames().progress(source.name());
            progress.put(source.name(), new ProgressTopic(pipeline.kafka().properties(), topic, timeout));
        }
    }

    /**
     * How far it is now. Servers that do not answer are told as problems.
     *
     * @throws io.changeover.transport.problem.ChangeoverException (12, 13) when Kafka refuses or does not answer
     */
    public PipelineStatus read() {
        List<String> problems = new ArrayList<>();
        Map<String, Progress> published = new TreeMap<>();
        progress.forEach((source, topic) -> published.put(source, topic.latest()));
        Map<String, Instances> captures = new CaptureGroups(admin, pipeline.topicNames()).of(progress.keySet());
        List<SourceStatus> sources = pipeline.sources().stream()
                .map(source -> source(
                        source,
                        published.getOrDefault(source.name(), Progress.none()),
                        captures.get(source.name()),
                        problems))
                .toList();
        Map<TopicPartition, Long> ends = new TopicEnds(admin, pipeline.kafka().bootstrapServers())
                .of(pipeline.tables().stream().map(pipeline::rowTopic).collect(Collectors.toSet()));
        Map<String, TargetState> targets = new TreeMap<>();
        for (TargetDefinition target : pipeline.targets()) {
            TargetState state = target(target, problems);
            if (state != null) {
                targets.put(target.name(), state);
            }
        }
        Map<String, KeptRun> compared = compared();
        List<TableStatus> tables = pipeline.tables().stream()
                .map(table -> table(
                        table,
                        compared.get(table.label()),
                        published.getOrDefault(table.sourceName(), Progress.none()),
                        ends,
                        targets))
                .toList();
        return new PipelineStatus(pipeline.name(), sources, tables, next(sources, tables, problems), problems);
    }

    private Map<String, KeptRun> compared() {
        try {
            return RunHistory.of(pipeline).last();
        } catch (SQLException e) {
            return Map.of(); // the target that keeps it does not answer, which is told already
        }
    }

    private SourceStatus source(
            SourceDefinition source, Progress published, @Nullable Instances captures, List<String> problems) {
        CaptureStop stop = CaptureStop.ofSource(published.marks()).orElse(null);
        SourcePosition position = published.position().orElse(null);
        if (position == null) {
            return stop == null
                    ? new SourceStatus(source.name(), "not started", -1, null, null, null, captures, null)
                    : SourceStatus.stopped(source.name(), stop, null, null, captures);
        }
        String wait = ReadWait.of(published).reason();
        MySqlServer server = MySqlServer.of(source.server(), "status");
        try (Connection connection = server.connect()) {
            GtidSet executed = GtidState.read(connection).executed();
            long missing = executed.minus(position.completed()).size();
            Double lag = missing == 0 ? Double.valueOf(0) : age(position.commitMicros());
            Duration kept = ServerVariables.read(connection, "%expire_logs%").binlogRetention();
            Long keptSeconds = kept == null ? null : Long.valueOf(kept.toSeconds());
            if (stop != null) {
                return SourceStatus.stopped(source.name(), stop, lag, keptSeconds, captures);
            }
            if (!position.completed().minus(executed).isEmpty()) {
                problems.add(
                        "source " + source.name() + ": transactions were published that the server has not executed; is"
                                + " it another server, or was it restored? Start its capture: it says what to do");
                return new SourceStatus(source.name(), "unknown", missing, null, keptSeconds, wait, captures, null);
            }
            String phase = missing == 0 ? TableStatus.IN_STEP : "behind";
            return new SourceStatus(source.name(), phase, missing, lag, keptSeconds, wait, captures, null);
        } catch (SQLException e) {
            if (stop != null) {
                return SourceStatus.stopped(source.name(), stop, null, null, captures);
            }
            problems.add("source " + source.name() + ": " + server.problem(e).cause());
            return new SourceStatus(source.name(), "unknown", -1, null, null, wait, captures, null);
        }
    }

    private @Nullable TargetState target(TargetDefinition target, List<String> problems) {
        MySqlServer server = MySqlServer.of(target.server(), "status");
        try (Connection connection = server.connect()) {
            return TargetState.read(connection, pipeline.name());
        } catch (SQLException e) {
            problems.add("target " + target.name() + ": " + server.problem(e).cause());
            return null;
        }
    }

    private TableStatus table(
            TableDefinition table,
            @Nullable KeptRun last,
            Progress published,
            Map<TopicPartition, Long> ends,
            Map<String, TargetState> targets) {
        BackfillState backfill = BackfillState.of(published.marks().get(Progress.backfillKey(table.source())));
        ReadLimit reads = ReadLimit.of(published, table.source()).and(ReadLimit.of(published, null));
        boolean held = reads.paused() || ReadWait.of(published).reason() != null;
        String topic = pipeline.rowTopic(table);
        String feed = pipeline.feed(table);
        long end = 0;
        long applied = 0;
        long newest = 0;
        boolean closed = false;
        boolean begun = false;
        List<String> servers = table.targetNames();
        for (Map.Entry<TopicPartition, Long> partition : ends.entrySet()) {
            if (!partition.getKey().topic().equals(topic)) {
                continue;
            }
            end += partition.getValue();
            long lowest = Long.MAX_VALUE;
            for (String server : servers) {
                TargetState state = targets.get(server);
                Applied there = state == null
                        ? null
                        : state.applied()
                                .get(new FeedPartition(feed, partition.getKey().partition()));
                lowest = Math.min(lowest, there == null ? 0 : there.nextOffset());
                newest = Math.max(newest, there == null ? 0 : there.commitMicros());
                closed |= there != null && there.closed();
                begun |= there != null;
            }
            applied += Math.min(lowest, partition.getValue());
        }
        DeferredRows deferred = DeferredRows.NONE;
        for (String server : servers) {
            TargetState state = targets.get(server);
            if (state != null) {
                deferred = state.deferred().entrySet().stream()
                        .filter(entry -> table.target().equals(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .reduce(deferred, DeferredRows::plus);
            }
        }
        long lag = Math.max(0, end - applied);
        TableStatus.Stop stop = servers.stream()
                .map(targets::get)
                .filter(Objects::nonNull)
                .map(state -> state.stops().get(feed))
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> CaptureStop.of(published.marks(), table.source())
                        .map(left -> TableStatus.Stop.byCapture(left.problem())))
                .orElse(null);
        ReadLimit applies = servers.stream()
                .map(targets::get)
                .filter(Objects::nonNull)
                .map(state -> ApplyLimits.of(state.limits(), feed))
                .reduce(ReadLimit.NONE, ReadLimit::and);
        String phase = stop != null
                ? TableStatus.STOPPED
                : applies.paused() && !closed ? TableStatus.PAUSED : phase(published, backfill, begun, closed, lag);
        return new TableStatus(
                table.label(),
                table.sourceLabel(),
                table.targetName() + "." + table.target(),
                phase,
                backfill.rows(),
                backfill.estimate(),
                held ? null : backfill.pace(clock.millis()),
                held ? null : backfill.eta(clock.millis()),
                reads,
                applies,
                end,
                applied,
                lag,
                lag == 0 ? Double.valueOf(0) : age(newest),
                deferred.held(),
                deferred.collisions(),
                deferred.parked(),
                null,
                last == null
                        ? null
                        : new TableStatus.Compared(
                                last.report().verdict().toString(),
                                Math.max(
                                        0,
                                        Duration.between(last.started(), clock.instant())
                                                .toSeconds())),
                stop,
                stop != null
                        ? "somebody to mend what stopped it"
                        : phase.equals(TableStatus.PAUSED)
                                ? "somebody to resume the apply: " + applies.text()
                                : waitsFor(published, backfill, reads, begun, closed, lag, deferred));
    }

    private static String phase(Progress published, BackfillState backfill, boolean begun, boolean closed, long lag) {
        if (closed) {
            return TableStatus.CLOSED;
        }
        if (published.position().isEmpty() || backfill.state().equals("waiting")) {
            return TableStatus.WAITING;
        }
        if (!backfill.finished()) {
            return TableStatus.BACKFILL;
        }
        if (!begun && lag > 0) {
            return TableStatus.WAITING;
        }
        return lag == 0 ? TableStatus.IN_STEP : TableStatus.CATCHING_UP;
    }

    private static String waitsFor(
            Progress published,
            BackfillState backfill,
            ReadLimit reads,
            boolean begun,
            boolean closed,
            long lag,
            DeferredRows deferred) {
        if (closed) {
            return "closed by a cutover";
        }
        if (published.position().isEmpty() || backfill.state().equals("waiting")) {
            return "capture to begin";
        }
        if (!begun && lag > 0) {
            return "apply to begin";
        }
        if (!backfill.finished()) {
            String wait = ReadWait.of(published).reason();
            return reads.paused()
                    ? "somebody to resume the backfill"
                    : "the backfill" + (wait == null ? "" : ", which waits: " + wait);
        }
        if (deferred.parked() > 0) {
            return "somebody to look at " + deferred.parked() + " parked rows";
        }
        if (deferred.held() + deferred.collisions() > 0) {
            return "other rows to let go of unique values";
        }
        return lag > 0 ? "apply" : "";
    }

    private static String next(List<SourceStatus> sources, List<TableStatus> tables, List<String> problems) {
        if (!problems.isEmpty()) {
            return "mend what is marked with !";
        }
        List<SourceStatus> stopped =
                sources.stream().filter(source -> source.stop() != null).toList();
        if (stopped.stream().anyMatch(source -> source.phase().equals(SourceStatus.STOPPED))) {
            return "mend what stopped the source, as said there, and start its capture again";
        }
        if (!stopped.isEmpty()) {
            return "start the capture of what begins anew: `changeover run`, or `changeover capture --source NAME`";
        }
        String left = stopped(tables, TableStatus.Stop.CAPTURE);
        if (!left.isEmpty()) {
            return "mend what stopped " + left + ", then readmit it as said there";
        }
        String byApply = stopped(tables, TableStatus.Stop.APPLY);
        if (!byApply.isEmpty()) {
            return "mend what stopped " + byApply
                    + "; the apply looks again every 30 s and goes on by itself; start it again if it has ended";
        }
        if (sources.stream()
                .anyMatch(source -> source.phase().equals("not started") || Instances.NONE.equals(source.captures()))) {
            return "start the capture: `changeover run`, or `changeover capture --source NAME`";
        }
        if (tables.stream().anyMatch(table -> table.waitsFor().equals("apply to begin"))) {
            return "start the apply: `changeover run`, or `changeover apply`";
        }
        if (tables.stream().anyMatch(table -> table.phase().equals(TableStatus.PAUSED))) {
            return "let the apply go on: `changeover resume`";
        }
        if (tables.stream().anyMatch(table -> table.parked() > 0)) {
            return "look at the parked rows (`changeover parked list`), mend rows or mapping, then `changeover parked retry`";
        }
        if (tables.stream()
                .anyMatch(table -> table.phase().equals(TableStatus.BACKFILL)
                        && table.reads().paused())) {
            return "let the backfill go on: `changeover resume`";
        }
        if (tables.stream().anyMatch(table -> table.phase().equals(TableStatus.BACKFILL))) {
            return "wait for the backfill";
        }
        boolean inStep = tables.stream().allMatch(table -> table.phase().equals(TableStatus.IN_STEP));
        return inStep ? "nothing: the new tables follow" : "wait: `changeover wait --for caught-up`";
    }

    private static String stopped(List<TableStatus> tables, String by) {
        return tables.stream()
                .filter(table -> table.stop() != null && table.stop().by().equals(by))
                .map(TableStatus::stopped)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Seconds since then; never below zero, whatever the clocks of the hosts say; null when nothing was seen yet. */
    private @Nullable Double age(long micros) {
        return micros == 0 ? null : Math.max(0, clock.millis() - micros / 1000) / 1000.0;
    }

    @Override
    public void close() {
        progress.values().forEach(ProgressTopic::close);
        admin.close(Duration.ofSeconds(1));
    }
}
