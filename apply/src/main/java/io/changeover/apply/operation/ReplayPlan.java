package io.changeover.apply.operation;

import io.changeover.apply.target.Replay;
import io.changeover.apply.target.TargetProgress;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicLog.Range;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A replay of one topic into a new table, on every server that has its rows.
 *
 * @param feed name of its progress
 * @param topicId Kafka's id of the topic as it is now
 */
public record ReplayPlan(String pipeline, String topic, String feed, String topicId, List<ReplayStep> steps) {

    public ReplayPlan {
        steps = List.copyOf(steps);
    }

    /**
     * Looks where the partitions stand.
     *
     * @param servers by the targets' names
     * @param partitions which ones; empty: all
     * @throws ChangeoverException (2) when one of them does not exist, (12, 13) when a server refuses or does not answer
     */
    public static ReplayPlan of(
            String pipeline,
            String topic,
            String feed,
            String topicId,
            Map<Integer, Range> log,
            Map<String, MySqlServer> servers,
            Set<Integer> partitions,
            ReplayGoal goal) {
        if (!log.keySet().containsAll(partitions)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE,
                    "--partitions",
                    topic + " has partitions 0 to " + (log.size() - 1),
                    "name some of these"));
        }
        List<ReplayStep> steps = new ArrayList<>();
        new TreeMap<>(servers).forEach((target, server) -> {
            Map<Integer, TargetProgress.Partition> rows = rows(pipeline, feed, server);
            log.forEach((partition, range) -> {
                if (partitions.isEmpty() || partitions.contains(partition)) {
                    steps.add(ReplayStep.of(target, topic, topicId, partition, range, rows.get(partition), goal));
                }
            });
        });
        return new ReplayPlan(pipeline, topic, feed, topicId, steps);
    }

    private static Map<Integer, TargetProgress.Partition> rows(String pipeline, String feed, MySqlServer server) {
        Map<Integer, TargetProgress.Partition> rows = new TreeMap<>();
        try (Connection connection = server.connect()) {
            for (TargetProgress.Partition row : TargetProgress.partitions(connection, pipeline)) {
                if (row.feed().equals(feed)) {
                    rows.put(row.partition(), row);
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    /** @throws ChangeoverException (2) with everything that speaks against it */
    public void requirePossible(boolean skipUnapplied) {
        List<Problem> problems = steps.stream()
                .map(step -> step.problem(skipUnapplied))
                .flatMap(Optional::stream)
                .toList();
        if (!problems.isEmpty()) {
            throw new ChangeoverException(problems);
        }
    }

    /** What of each partition will be read again on some target. */
    public Map<Integer, Range> again() {
        Map<Integer, Range> again = new TreeMap<>();
        for (ReplayStep step : steps) {
            if (step.again() > 0) {
                Range range = new Range(step.to(), step.to() + step.again());
                again.merge(
                        step.partition(),
                        range,
                        (one, other) ->
                                new Range(Math.min(one.start(), other.start()), Math.max(one.end(), other.end())));
            }
        }
        return again;
    }

    /**
     * Moves what moves on one target. May run again.
     *
     * @param connection in auto-commit mode
     * @throws ChangeoverException (2) when a partition was closed meanwhile
     */
    public void execute(Connection connection, String target) throws SQLException {
        for (ReplayStep step : steps) {
            if (step.target().equals(target)
                    && step.moves()
                    && !Replay.moveTo(connection, pipeline, feed, step.partition(), topicId, step.to())) {
                throw new ChangeoverException(new Problem(
                        ExitCode.USAGE,
                        topic + "-" + step.partition() + " on " + target,
                        "a cutover has closed the partition",
                        "nothing is applied there any more"));
            }
        }
    }
}
