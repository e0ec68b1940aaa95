package io.changeover.reconcile;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Barrier;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The way of changes from the sources to the new tables, watched while rows are looked at. What is in the way (a capture that
 * stopped, an apply that is paused) is told as a text. Confined to one thread.
 */
final class Passage implements AutoCloseable {

    /** @param targets names of the servers that its rows go to */
    private record Feed(ComparedPlace any, SourceMoment moment, TopicLog topic, Set<String> targets) {

        TableDefinition table() {
            return any.definition();
        }
    }

    /** Rows that wait beside one new table; where there are more, all of it is unsettled. */
    private static final int MOST_WAITING = 10_000;

    private final PipelineDefinition pipeline;
    private final Duration patience;
    private final Map<String, Connection> targets;
    private final Map<String, SourceMoment> moments = new LinkedHashMap<>();
    private final List<Feed> feeds = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /**
     * @param places all that have rows in the new tables
     * @param sources by name
     * @param targets by name
     * @param patience how long is waited for what is under way
     */
    Passage(
            PipelineDefinition pipeline,
            List<ComparedPlace> places,
            Map<String, Connection> sources,
            Map<String, Connection> targets,
            Duration patience) {
        this.pipeline = pipeline;
        this.patience = patience;
        this.targets = targets;
        Map<String, String> kafka = pipeline.kafka().properties();
        try {
            sources.forEach((name, connection) -> {
                ProgressTopic progress =
                        new ProgressTopic(kafka, pipeline.topicNames().progress(name), patience);
                open.add(progress);
                moments.put(name, new SourceMoment(progress, connection, tables(places, name)));
            });
            places.stream()
                    .collect(Collectors.groupingBy(ComparedPlace::definition))
                    .forEach((table, of) -> {
                        TopicLog topic = new TopicLog(kafka, pipeline.rowTopic(table), patience);
                        open.add(topic);
                        feeds.add(new Feed(
                                of.get(0),
                                Objects.requireNonNull(moments.get(table.sourceName())),
                                topic,
                                of.stream().map(ComparedPlace::targetName).collect(Collectors.toSet())));
                    });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Set<TableName> tables(List<ComparedPlace> places, String source) {
        return places.stream()
                .map(ComparedPlace::definition)
                .filter(table -> table.sourceName().equals(source))
                .map(TableDefinition::source)
                .collect(Collectors.toSet());
    }

    /**
     * From now on messages are watched: what they have said before is what the sources show.
     *
     * @return what is in the way; null: nothing
     */
    @Nullable
    String begin() throws SQLException {
        for (Map.Entry<String, SourceMoment> moment : moments.entrySet()) {
            String obstacle = moment.getValue().begin(patience);
            if (obstacle != null) {
                return "source " + moment.getKey() + ": " + obstacle;
            }
        }
        return null;
    }

    /**
     * Waits until all that the sources have committed by now is applied.
     *
     * @return what is missing when the time is over; null: nothing
     */
    @Nullable
    String drain() throws SQLException {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (Map.Entry<String, SourceMoment> moment : moments.entrySet()) {
            Barrier.State state = moment.getValue().end(patience);
            if (!state.reached()) {
                return "source " + moment.getKey() + ": " + obstacle(state);
            }
            ends.putAll(state.endOffsets());
        }
        long deadline = System.nanoTime() + patience.toNanos();
        for (Feed feed : feeds) {
            String topic = pipeline.rowTopic(feed.table());
            for (String target : feed.targets()) {
                if (applied(feed, target).isBeyond(topic, feed.topic().ranges())) {
                    return "the progress of " + topic + " on " + target
                            + " is beyond its end: was the topic made again?";
                }
                for (long behind = behind(feed, target, ends); behind > 0; behind = behind(feed, target, ends)) {
                    if (System.nanoTime() > deadline) {
                        return behind + " records of " + topic + " are not applied on " + target + " after "
                                + patience.toSeconds() + " s: `changeover status` tells whether apply runs";
                    }
                    Pause.shortly();
                }
            }
        }
        return null;
    }

    private static String obstacle(Barrier.State state) {
        if (state.source() != null) {
            return "captured no more, " + cause(state.source().problem());
        }
        if (!state.stopped().isEmpty()) {
            TableName table = state.stopped().keySet().iterator().next();
            return table + " is captured no more, "
                    + cause(Objects.requireNonNull(state.stopped().get(table)).problem());
        }
        return state.missing() > 0
                ? state.missing() + " transactions are not published: is its capture running?"
                : "the backfill of " + state.backfills().get(0) + " is not done";
    }

    private static String cause(Problem problem) {
        return "[" + problem.code().number() + "] " + problem.cause();
    }

    private long behind(Feed feed, String target, Map<TopicPartition, Long> ends) throws SQLException {
        return applied(feed, target).behind(pipeline.rowTopic(feed.table()), ends);
    }

    private AppliedOffsets applied(Feed feed, String target) throws SQLException {
        return AppliedOffsets.read(Objects.requireNonNull(targets.get(target)), pipeline, feed.table());
    }

    /**
     * The old rows that messages speak of which were sent since it began, up to now. Up to what is applied would not be enough:
     * rows that move between servers are written before the progress.
     */
    List<TouchedKeys> touched() {
        List<TouchedKeys> touched = new ArrayList<>();
        for (Feed feed : feeds) {
            TouchedKeys keys = new TouchedKeys(feed.any().table());
            feed.topic().ranges().forEach((partition, log) -> {
                long noted = feed.moment().begin(new TopicPartition(pipeline.rowTopic(feed.table()), partition));
                if (noted + 1
                        < log.start()) { // between the last record and the log's start there may be its marker only
                    keys.addAll();
                } else if (noted < log.end()) {
                    feed.topic()
                            .read(
                                    partition,
                                    Math.max(noted, log.start()),
                                    log.end(),
                                    message -> keys.add(message.key()));
                }
            });
            touched.add(keys);
        }
        return touched;
    }

    /**
     * The old rows whose newest change is not in the new table though it counts as applied: held, or in collision, and tried again
     * by apply. To be asked before the new table is read.
     */
    List<TouchedKeys> waiting() throws SQLException {
        List<TouchedKeys> waiting = new ArrayList<>();
        for (Feed feed : feeds) {
            TouchedKeys keys = new TouchedKeys(feed.any().table());
            for (String target : feed.targets()) {
                waiting(feed, Objects.requireNonNull(targets.get(target)), keys);
            }
            waiting.add(keys);
        }
        return waiting;
    }

    private void waiting(Feed feed, Connection target, TouchedKeys keys) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT d.message FROM `changeover`.`deferred` d"
                + " JOIN `changeover`.`target` t ON t.id = d.target WHERE t.table_schema = ? AND t.table_name = ?"
                + " AND d.topic = ? AND d.kind IN ('held', 'collision') LIMIT " + MOST_WAITING)) {
            query.setString(1, feed.table().target().schema());
            query.setString(2, feed.table().target().table());
            query.setString(3, pipeline.rowTopic(feed.table()));
            int rows = 0;
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    rows++;
                    keys.addRow(row.getBytes(1));
                }
            }
            if (rows == MOST_WAITING) {
                keys.addAll();
            }
        }
    }

    @Override
    public void close() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing", e);
            }
        }
        open.clear();
    }
}
