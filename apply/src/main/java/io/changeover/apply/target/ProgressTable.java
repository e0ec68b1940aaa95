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
 * The progress rows of a feed on one target: the truth about what is applied, and the fence between owners. Every
 * change of a row raises its counter, so that it always stands in the binlog.
 */
final class ProgressTable {

    private static final String ROW = " WHERE pipeline = ? AND feed = ? AND `partition` = ?";

    private final TargetSession session;
    private final TargetTask task;
    private final String targetName;

    ProgressTable(TargetSession session, TargetTask task, String targetName) {
        this.session = session;
        this.task = task;
        this.targetName = targetName;
    }

    /** Takes a partition over, in a transaction of the caller; empty while it is closed. */
    Optional<Claim> claim(int partition, long logStart, long logEnd) throws SQLException {
        PreparedStatement query = row(
                "SELECT topic_id, next_offset, epoch, state FROM `changeover`.`progress`" + ROW + " FOR UPDATE",
                partition);
        long next = 0;
        long epoch = 1;
        try (ResultSet found = query.executeQuery()) {
            if (found.next()) {
                if (found.getString(4).equals("closed")) {
                    return Optional.empty();
                }
                requireSameTopic(partition, found.getString(1));
                next = found.getLong(2);
                epoch = found.getLong(3) + 1;
            }
        }
        requireThere(partition, next, logStart, logEnd);
        PreparedStatement insert = session.prepare("INSERT INTO `changeover`.`progress` (pipeline, feed, `partition`,"
                + " topic_id, next_offset, epoch) VALUES (?, ?, ?, ?, ?, ?) AS n"
                + " ON DUPLICATE KEY UPDATE epoch = n.epoch, counter = counter + 1");
        insert.setString(1, task.pipeline());
        insert.setString(2, task.feed());
        insert.setInt(3, partition);
        insert.setString(4, task.topicId());
        insert.setLong(5, next);
        insert.setLong(6, epoch);
        insert.executeUpdate();
        return Optional.of(new Claim(next, epoch));
    }

    private void requireSameTopic(int partition, String known) {
        if (!known.equals(task.topicId())) {
            throw changed(
                    partition, "the topic was deleted and made again: its id is " + task.topicId() + ", not " + known);
        }
    }

    private void requireThere(int partition, long next, long logStart, long logEnd) {
        if (next < logStart) {
            throw changed(
                    partition,
                    "next is offset " + next + ", but the topic begins at " + logStart + ": changes are lost");
        }
        if (next > logEnd) {
            throw changed(partition, "next is offset " + next + ", but the topic ends at " + logEnd + ": it was cut");
        }
    }

    private ChangeoverException changed(int partition, String cause) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.TOPIC_CHANGED,
                        task.topic() + "-" + partition + " on " + targetName,
                        cause,
                        "replay what the topic has (`changeover replay --table "
                                + task.definition().label()
                                + " --to-earliest --execute`), have all rows sent again (`changeover refresh --table "
                                + task.definition().sourceLabel()
                                + " --where \"1 = 1\" --execute`), then reconcile: rows that were deleted meanwhile may be left"));
    }

    /** See {@link io.changeover.apply.guard.TargetTransaction#advance}. */
    boolean advance(ProgressStep step, long appliedMicros) throws SQLException {
        PreparedStatement update = session.prepare("UPDATE `changeover`.`progress` SET next_offset = ?,"
                + " counter = counter + 1, applied_micros = GREATEST(applied_micros, ?)" + ROW
                + " AND next_offset = ? AND epoch = ? AND state = 'open'");
        update.setLong(1, step.to());
        update.setLong(2, appliedMicros);
        update.setString(3, task.pipeline());
        update.setString(4, task.feed());
        update.setInt(5, step.partition());
        update.setLong(6, step.from());
        update.setLong(7, step.epoch());
        return update.executeUpdate() == 1;
    }

    /** Whether each partition still stands where its owner left it. */
    boolean holds(Map<Integer, Claim> claims) throws SQLException {
        PreparedStatement query = session.prepare("SELECT `partition`, next_offset, epoch, state"
                + " FROM `changeover`.`progress` WHERE pipeline = ? AND feed = ?");
        query.setString(1, task.pipeline());
        query.setString(2, task.feed());
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

    /**
     * Locks every row of all that goes to the new table; false when one of them is not open, and nothing may be written. An owner
     * whose definition is another one has the same feeds: they are named after topics and table alone.
     */
    boolean lockAll() throws SQLException {
        List<String> feeds = task.feeds();
        String in = String.join(", ", Collections.nCopies(feeds.size(), "?"));
        PreparedStatement query =
                session.prepare("SELECT state FROM `changeover`.`progress` WHERE pipeline = ? AND feed" + " IN (" + in
                        + ") ORDER BY feed, `partition` FOR UPDATE");
        bindFeeds(query, feeds);
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                if (!rows.getString(1).equals("open")) {
                    return false;
                }
            }
        }
        // first change of the transaction, by which a reverse capture knows whose it is
        PreparedStatement mark = session.prepare("UPDATE `changeover`.`progress` SET counter = counter + 1"
                + " WHERE pipeline = ? AND feed IN (" + in + ") ORDER BY feed, `partition` LIMIT 1");
        bindFeeds(mark, feeds);
        return mark.executeUpdate() == 1;
    }

    private void bindFeeds(PreparedStatement statement, List<String> feeds) throws SQLException {
        statement.setString(1, task.pipeline());
        for (int i = 0; i < feeds.size(); i++) {
            statement.setString(2 + i, feeds.get(i));
        }
    }

    private PreparedStatement row(String sql, int partition) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        statement.setString(1, task.pipeline());
        statement.setString(2, task.feed());
        statement.setInt(3, partition);
        return statement;
    }
}
