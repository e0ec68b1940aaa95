package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a target says of a pipeline's progress: for {@code status}, {@code wait} and drain. Reads only; no locks. */
public final class TargetProgress {

    /**
     * Where a partition of a topic stands.
     *
     * @param feed see {@link io.changeover.transport.definition.TableDefinition#feed}
     * @param appliedMicros source commit time of the newest applied change, microseconds since the epoch; 0: none yet
     * @param updatedMicros when the row last changed, by the target's clock
     */
    public record Partition(
            String feed,
            int partition,
            String topicId,
            long nextOffset,
            long epoch,
            boolean open,
            long appliedMicros,
            long updatedMicros) {}

    /** Images beside a new table that are not in it. Held and colliding ones count as not drained. */
    public record Waiting(TableName table, long held, long collisions, long parked) {}

    /** Why the apply of a feed stopped. */
    public record Stop(String feed, int code, String place, String cause, String remedy) {}

    private TargetProgress() {}

    /** The tables of a pipeline that have stopped, by their feeds. */
    public static List<Stop> stops(Connection connection, String pipeline) throws SQLException {
        List<Stop> stops = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT feed, code, place, cause, remedy FROM `changeover`.`stopped` WHERE pipeline = ? ORDER BY feed")) {
            query.setString(1, pipeline);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    stops.add(new Stop(
                            row.getString(1), row.getInt(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
        } catch (SQLException e) {
            requireOnlyMissing(e);
        }
        return stops;
    }

    /** In the order of feed and partition; empty before the first claim. */
    public static List<Partition> partitions(Connection connection, String pipeline) throws SQLException {
        List<Partition> partitions = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT feed, `partition`, topic_id, next_offset, epoch, state, applied_micros,"
                        + " CAST(UNIX_TIMESTAMP(updated_at) * 1000000 AS UNSIGNED) FROM `changeover`.`progress`"
                        + " WHERE pipeline = ? ORDER BY feed, `partition`")) {
            query.setString(1, pipeline);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    partitions.add(new Partition(
                            row.getString(1),
                            row.getInt(2),
                            row.getString(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getString(6).equals("open"),
                            row.getLong(7),
                            row.getLong(8)));
                }
            }
        } catch (SQLException e) {
            requireOnlyMissing(e);
        }
        return partitions;
    }

    /** Every new table of the server that has something waiting. */
    public static List<Waiting> waiting(Connection connection) throws SQLException {
        List<Waiting> waiting = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT t.table_schema, t.table_name, SUM(d.kind = 'held'), SUM(d.kind = 'collision'),"
                                + " SUM(d.kind = 'parked') FROM `changeover`.`deferred` d JOIN `changeover`.`target` t"
                                + " ON t.id = d.target GROUP BY t.id ORDER BY 1, 2");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                waiting.add(new Waiting(
                        new TableName(row.getString(1), row.getString(2)),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5)));
            }
        } catch (SQLException e) {
            requireOnlyMissing(e);
        }
        return waiting;
    }

    /** Before `prepare` there is no schema, and so no progress. */
    private static void requireOnlyMissing(SQLException e) throws SQLException {
        if (SqlFailure.of(e).kind() != SqlFailure.Kind.SCHEMA) {
            throw e;
        }
    }
}
