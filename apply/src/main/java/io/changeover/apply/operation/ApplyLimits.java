package io.changeover.apply.operation;

import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.signal.ReadLimit;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators wish of the apply of a pipeline's tables, kept on the target: so it holds for every instance, over restarts,
 * and before there is any.
 */
public final class ApplyLimits {

    /** In place of a feed: every table of the pipeline, each by itself. */
    public static final String ALL = "";

    private final Connection connection;
    private final String pipeline;

    /** @param connection in auto-commit mode */
    public ApplyLimits(Connection connection, String pipeline) {
        this.connection = connection;
        this.pipeline = pipeline;
    }

    /** By feed, and {@link #ALL}. */
    public Map<String, ReadLimit> read() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT feed, IF(paused, who, NULL), rows_per_second FROM `changeover`.`control` WHERE pipeline = ?")) {
            query.setString(1, pipeline);
            Map<String, ReadLimit> limits = new HashMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    limits.put(row.getString(1), new ReadLimit(row.getString(2), row.getObject(3, Long.class)));
                }
            }
            return limits;
        }
    }

    /** The same, and nothing where nothing was prepared yet. */
    public Map<String, ReadLimit> readIfThere() throws SQLException {
        try {
            return read();
        } catch (SQLException e) {
            if (SqlFailure.of(e).kind() != SqlFailure.Kind.SCHEMA) {
                throw e;
            }
            return Map.of();
        }
    }

    /** What holds for a feed. */
    public static ReadLimit of(Map<String, ReadLimit> limits, String feed) {
        return limits.getOrDefault(feed, ReadLimit.NONE).and(limits.getOrDefault(ALL, ReadLimit.NONE));
    }

    /** Who paused it first stays named. */
    public void pause(String feed, String who) throws SQLException {
        set(
                feed,
                "paused, who) VALUES (?, ?, TRUE, ?)",
                "who = IF(control.paused, control.who, n.who),"
                        + " since = IF(control.paused, control.since, CURRENT_TIMESTAMP(6)), paused = TRUE",
                who);
    }

    /** A throttle stays. Of {@link #ALL}: no table is paused any more. */
    public void resume(String feed, String who) throws SQLException {
        set(
                feed,
                "paused, who) VALUES (?, ?, FALSE, ?)",
                "since = IF(control.paused, CURRENT_TIMESTAMP(6), control.since), paused = FALSE, who = n.who",
                who);
        if (feed.equals(ALL)) {
            forAll("paused = FALSE");
        }
    }

    /** @param rowsPerSecond null: no limit any more; then, of {@link #ALL}, of no table */
    public void throttle(String feed, @Nullable Long rowsPerSecond, String who) throws SQLException {
        String limit = rowsPerSecond == null ? "NULL" : rowsPerSecond.toString();
        set(
                feed,
                "rows_per_second, who) VALUES (?, ?, " + limit + ", ?)",
                "rows_per_second = n.rows_per_second, who = IF(control.paused, control.who, n.who)",
                who);
        if (feed.equals(ALL) && rowsPerSecond == null) {
            forAll("rows_per_second = NULL");
        }
    }

    private void set(String feed, String values, String update, String who) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO `changeover`.`control` (pipeline, feed, " + values
                        + " AS n ON DUPLICATE KEY UPDATE " + update)) {
            insert.setString(1, pipeline);
            insert.setString(2, feed);
            insert.setString(3, who);
            insert.executeUpdate();
        }
    }

    private void forAll(String update) throws SQLException {
        try (PreparedStatement all =
                connection.prepareStatement("UPDATE `changeover`.`control` SET " + update + " WHERE pipeline = ?")) {
            all.setString(1, pipeline);
            all.executeUpdate();
        }
    }
}
