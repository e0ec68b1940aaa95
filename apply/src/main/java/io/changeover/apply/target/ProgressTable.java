package io.changeover.apply.target;

import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.stream.BatchTarget.Claim;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The progress rows of a pipeline on one target: the truth about what is applied, and the fence between owners. Every
 * change of a row raises its counter, so that it always stands in the binlog.
 */
final class ProgressTable {

    private static final String ROW = " WHERE pipeline = ? AND topic = ? AND `partition` = ?";

    private final TargetSession session;
    private final String pipeline;

    ProgressTable(TargetSession session, String pipeline) {
        this.session = session;
        this.pipeline = pipeline;
    }

    /** Takes a partition over, in a transaction of the caller; empty while it is closed. */
    Optional<Claim> claim(String topic, int partition, String topicId, long logStart, long logEnd) throws SQLException {
        PreparedStatement query = row(
                "SELECT topic_id, next_offset, epoch, state FROM `changeover`.`progress`" + ROW + " FOR UPDATE",
                topic,
                partition);
        long next = 0;
        long epoch = 1;
        try (ResultSet found = query.executeQuery()) {
            if (found.next()) {
                if (found.getString(4).equals("closed")) {
                    return Optional.empty();
                }
                requireSameTopic(topic, partition, found.getString(1), topicId);
                next = found.getLong(2);
                epoch = found.getLong(3) + 1;
            }
        }
        requireThere(topic, partition, next, logStart, logEnd);
        PreparedStatement insert = session.prepare("INSERT INTO `changeover`.`progress` (pipeline, topic, `partition`,"
                + " topic_id, next_offset, epoch) VALUES (?, ?, ?, ?, ?, ?) AS n"
                + " ON DUPLICATE KEY UPDATE epoch = n.epoch, counter = counter + 1");
        insert.setString(1, pipeline);
        insert.setString(2, topic);
        insert.setInt(3, partition);
        insert.setString(4, topicId);
        insert.setLong(5, next);
        insert.setLong(6, epoch);
        insert.executeUpdate();
        return Optional.of(new Claim(next, epoch));
    }

    private static void requireSameTopic(String topic, int partition, String known, String now) {
        if (!known.equals(now)) {
            throw changed(
                    topic, partition, "the topic was deleted and made again: its id is " + now + ", not " + known);
        }
    }

    private static void requireThere(String topic, int partition, long next, long logStart, long logEnd) {
        if (next < logStart) {
            throw changed(
                    topic,
                    partition,
                    "next is offset " + next + ", but the topic begins at " + logStart + ": changes are lost");
        }
        if (next > logEnd) {
            throw changed(
                    topic, partition, "next is offset " + next + ", but the topic ends at " + logEnd + ": it was cut");
        }
    }

    private static ChangeoverException changed(String topic, int partition, String cause) {
        return new ChangeoverException(new Problem(
                ExitCode.TOPIC_CHANGED,
                topic + "-" + partition,
                cause,
                "replay the topic from its beginning (`changeover replay --to-earliest`), then reconcile with repair"));
    }

    /** See {@link io.changeover.apply.guard.TargetTransaction#advance}. */
    boolean advance(ProgressStep step, long appliedMicros) throws SQLException {
        PreparedStatement update = session.prepare("UPDATE `changeover`.`progress` SET next_offset = ?,"
                + " counter = counter + 1, applied_micros = GREATEST(applied_micros, ?)" + ROW
                + " AND next_offset = ? AND epoch = ? AND state = 'open'");
        update.setLong(1, step.to());
        update.setLong(2, appliedMicros);
        update.setString(3, pipeline);
        update.setString(4, step.topic());
        update.setInt(5, step.partition());
        update.setLong(6, step.from());
        update.setLong(7, step.epoch());
        return update.executeUpdate() == 1;
    }

    /** Whether each partition still stands where its owner left it. */
    boolean holds(String topic, Map<Integer, Claim> claims) throws SQLException {
        PreparedStatement query = session.prepare("SELECT `partition`, next_offset, epoch, state"
                + " FROM `changeover`.`progress` WHERE pipeline = ? AND topic = ?");
        query.setString(1, pipeline);
        query.setString(2, topic);
        int held = 0;
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                Claim claim = claims.get(rows.getInt(1));
                if (claim != null
                        && claim.nextOffset() == rows.getLong(2)
                        && claim.epoch() == rows.getLong(3)
                        && rows.getString(4).equals("open")) {
                    held++;
                }
            }
        }
        return held == claims.size();
    }

    /** Locks every row of the topics; false when one of them is not open, and nothing may be written. */
    boolean lockAll(List<String> topics) throws SQLException {
        String in = String.join(", ", Collections.nCopies(topics.size(), "?"));
        PreparedStatement query =
                session.prepare("SELECT state FROM `changeover`.`progress` WHERE pipeline = ? AND topic" + " IN (" + in
                        + ") ORDER BY topic, `partition` FOR UPDATE");
        bindTopics(query, topics);
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                if (!rows.getString(1).equals("open")) {
                    return false;
                }
            }
        }
        // first change of the transaction, by which a reverse capture knows whose it is
        PreparedStatement mark = session.prepare("UPDATE `changeover`.`progress` SET counter = counter + 1"
                + " WHERE pipeline = ? AND topic IN (" + in + ") ORDER BY topic, `partition` LIMIT 1");
        bindTopics(mark, topics);
        return mark.executeUpdate() == 1;
    }

    private void bindTopics(PreparedStatement statement, List<String> topics) throws SQLException {
        statement.setString(1, pipeline);
        for (int i = 0; i < topics.size(); i++) {
            statement.setString(2 + i, topics.get(i));
        }
    }

    private PreparedStatement row(String sql, String topic, int partition) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        statement.setString(1, pipeline);
        statement.setString(2, topic);
        statement.setInt(3, partition);
        return statement;
    }
}
