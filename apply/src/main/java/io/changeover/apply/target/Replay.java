package io.changeover.apply.target;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Moves a partition's place on a target, forward or back; whoever owns it finds out and goes on from there. Going back is
 * harmless: what is older than a row leaves it as it is. Going forward leaves changes out, and needs a reconcile.
 */
public final class Replay {

    private Replay() {}

    /**
     * Sets the offset that is applied next. The row may be of an earlier topic of that name: it is the present one's after.
     *
     * @param connection in auto-commit mode
     * @param topicId Kafka's id of the topic as it is now
     * @return false when the partition is closed: nothing was moved
     */
    public static boolean moveTo(
            Connection connection, String pipeline, String feed, int partition, String topicId, long offset)
            throws SQLException {
        // the epoch rises too: an owner in the middle of a batch must not commit it over the new place
        try (PreparedStatement move = connection.prepareStatement(
                "INSERT INTO `changeover`.`progress` (pipeline, feed, `partition`, topic_id, next_offset, epoch)"
                        + " VALUES (?, ?, ?, ?, ?, 1) AS n ON DUPLICATE KEY UPDATE"
                        // a closed one stays as it is, but for a counter that says that somebody came
                        + " topic_id = IF(progress.state = 'open', n.topic_id, progress.topic_id),"
                        + " next_offset = IF(progress.state = 'open', n.next_offset, progress.next_offset),"
                        + " epoch = progress.epoch + (progress.state = 'open'), counter = counter + 1")) {
            move.setString(1, pipeline);
            move.setString(2, feed);
            move.setInt(3, partition);
            move.setString(4, topicId);
            move.setLong(5, offset);
            move.executeUpdate();
        }
        return isOpen(connection, pipeline, feed, partition);
    }

    private static boolean isOpen(Connection connection, String pipeline, String feed, int partition)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT state = 'open' FROM `changeover`.`progress`"
                + " WHERE pipeline = ? AND feed = ? AND `partition` = ?")) {
            query.setString(1, pipeline);
            query.setString(2, feed);
            query.setInt(3, partition);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
