package io.changeover.reconcile;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.topic.TopicLog.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far a table's topic is applied on a target: next offsets, as the target's own progress rows say. */
record AppliedOffsets(Map<TopicPartition, Long> next) {

    AppliedOffsets {
        next = Map.copyOf(next);
    }

    static AppliedOffsets read(Connection target, PipelineDefinition pipeline, TableDefinition table)
            throws SQLException {
        Map<TopicPartition, Long> next = new HashMap<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT `partition`, next_offset FROM `changeover`.`progress` WHERE pipeline = ? AND feed = ?")) {
            query.setString(1, pipeline.name());
            query.setString(2, pipeline.feed(table));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    next.put(new TopicPartition(pipeline.rowTopic(table), row.getInt(1)), row.getLong(2));
                }
            }
        }
        return new AppliedOffsets(next);
    }

    /** Whether it is of a topic that had more than this one. */
    boolean isBeyond(String topic, Map<Integer, Range> log) {
        return next.entrySet().stream()
                .filter(offset -> offset.getKey().topic().equals(topic))
                .anyMatch(offset -> {
                    Range range = log.get(offset.getKey().partition());
                    return range == null || offset.getValue() > range.end();
                });
    }

    /** How many offsets up to {@code ends} are not applied; of other topics, nothing. */
    long behind(String topic, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .filter(end -> end.getKey().topic().equals(topic))
                .mapToLong(end -> Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), 0L)))
                .sum();
    }
}
