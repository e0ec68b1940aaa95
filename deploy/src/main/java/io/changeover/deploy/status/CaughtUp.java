package io.changeover.deploy.status;

import io.changeover.deploy.status.TargetState.Applied;
import io.changeover.deploy.status.TargetState.FeedPartition;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.Barrier;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until everything that the sources had committed when it was asked is applied (DrainMeansEqual): their executed GTIDs
 * are published and their backfills done; every partition is applied up to where it ended then; no row is held, in collision
 * or parked.
 */
public final class CaughtUp {

    private static final Duration STEP = Duration.ofMillis(100);

    private final PipelineDefinition pipeline;
    private final Map<String, GtidSet> committed = new TreeMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final long deadline;

    private CaughtUp(PipelineDefinition pipeline, Duration timeout) {
        this.pipeline = pipeline;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Waits, at most {@code timeout}.
     *
     * @param talk is told what it waits for, when that changes
     * @return what is still missing; empty: caught up
     * @throws ChangeoverException when a server refuses (12) or does not answer (13)
     */
    public static List<String> await(PipelineDefinition pipeline, Duration timeout, Consumer<String> talk) {
        CaughtUp gate = new CaughtUp(pipeline, timeout);
        // all sources first: what is committed while we wait for one of them was not asked for
        pipeline.sources().forEach(gate::noteCommitted);
        for (SourceDefinition source : pipeline.sources()) {
            talk.accept("waiting for the capture of " + source.name());
            List<String> missing = gate.awaitPublished(source);
            if (!missing.isEmpty()) {
                return missing;
            }
        }
        talk.accept("waiting for the apply");
        return gate.awaitApplied();
    }

    private void noteCommitted(SourceDefinition source) {
        committed.put(source.name(), executed(source));
    }

    private static GtidSet executed(SourceDefinition source) {
        MySqlServer server = MySqlServer.of(source.server(), "wait");
        try (Connection connection = server.connect()) {
            return GtidState.read(connection).executed();
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private List<String> awaitPublished(SourceDefinition source) {
        Set<TableName> tables = new HashSet<>();
        pipeline.tablesOf(source.name()).forEach(table -> tables.add(table.source()));
        GtidSet wanted = committed.getOrDefault(source.name(), GtidSet.EMPTY);
        String topic = pipeline.topicNames().progress(source.name());
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        try (ProgressTopic progress = new ProgressTopic(pipeline.kafka().properties(), topic, Duration.ofSeconds(30))) {
            Barrier.State state = new Barrier(wanted, tables).await(progress, left);
            ends.putAll(state.endOffsets());
            List<String> missing = new ArrayList<>();
            if (state.source() != null) {
                missing.add("source " + source.name()
                        + (state.source().lifted()
                                ? ": begins anew with the next start of its capture, "
                                : ": captured no more, ")
                        + state.source().problem());
            }
            if (state.missing() > 0) {
                missing.add("source " + source.name() + ": " + state.missing() + " transactions are not published");
            }
            if (!awaitExecuted(source, progress)) {
                missing.add(
                        "source " + source.name() + ": transactions were published that the server has not executed");
            }
            state.backfills()
                    .forEach(table ->
                            missing.add("table " + source.name() + "." + table + ": the backfill is not done"));
            state.stopped()
                    .forEach((table, stop) -> missing.add(
                            "table " + source.name() + "." + table + ": captured no more, " + stop.problem()));
            return missing;
        }
    }

    /**
     * Whether the server has executed all that was published: one that went back has nothing that is missing. It may be a moment
     * late, because the binlog is read before its commit has ended.
     */
    private boolean awaitExecuted(SourceDefinition source, ProgressTopic progress) {
        GtidSet published =
                progress.latest().position().map(SourcePosition::completed).orElse(GtidSet.EMPTY);
        while (!executed(source).containsAll(published)) {
            if (System.nanoTime() >= deadline || !pause()) {
                return false;
            }
        }
        return true;
    }

    private static boolean pause() {
        try {
            Thread.sleep(STEP.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<String> awaitApplied() {
        while (true) {
            List<String> missing = missing();
            if (missing.isEmpty() || System.nanoTime() >= deadline) {
                return missing;
            }
            if (!pause()) {
                return missing;
            }
        }
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (TargetDefinition target : pipeline.targets()) {
            MySqlServer server = MySqlServer.of(target.server(), "wait");
            try (Connection connection = server.connect()) {
                TargetState state = TargetState.read(connection, pipeline.name());
                for (TableDefinition table : pipeline.tables()) {
                    if (table.targetNames().contains(target.name())) {
                        missing.addAll(missing(table, target.name(), state));
                    }
                }
            } catch (SQLException e) {
                missing.add("target " + target.name() + ": " + server.problem(e).cause());
            }
        }
        return missing;
    }

    private List<String> missing(TableDefinition table, String target, TargetState state) {
        String topic = pipeline.rowTopic(table);
        long behind = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (end.getKey().topic().equals(topic)) {
                Applied applied = state.applied()
                        .get(new FeedPartition(
                                pipeline.feed(table), end.getKey().partition()));
                behind += Math.max(0, end.getValue() - (applied == null ? 0 : applied.nextOffset()));
            }
        }
        List<String> missing = new ArrayList<>();
        if (behind > 0) {
            missing.add("table " + table.label() + ": " + behind + " records are not applied on " + target);
        }
        state.deferred().forEach((name, rows) -> {
            if (table.target().equals(name) && rows.held() + rows.collisions() + rows.parked() > 0) {
                missing.add("table " + table.label() + ": " + rows.held() + " rows held, " + rows.collisions()
                        + " in collision, " + rows.parked() + " parked on " + target);
            }
        });
        return missing;
    }
}
