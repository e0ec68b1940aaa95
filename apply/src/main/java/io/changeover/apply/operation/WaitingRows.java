package io.changeover.apply.operation;

import io.changeover.apply.guard.Deferred;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.UndecodableMessage;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The held, colliding and parked images of one old table beside one of its new tables, on one target. They are written by apply and nobody else: what is
 * done here only says that one shall be tried again, or forgets it. Each statement names the version it means, so that an
 * image which a newer event has superseded meanwhile is left alone. Confined to one thread.
 */
public final class WaitingRows {

    private static final String ID = " WHERE target = ? AND source = ? AND key_hash = UNHEX(?)";

    private final Connection connection;
    private final String topic;
    private final TableName target;
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    /**
     * @param connection in auto-commit mode
     * @param topic of the old table
     * @param target the new table, or what stands for its shards
     */
    public WaitingRows(Connection connection, String topic, TableName target) {
        this.connection = connection;
        this.topic = topic;
        this.target = target;
    }

    /** Those that are wanted, at most {@code limit}, oldest first. None where nothing was prepared yet. */
    public List<WaitingRow> find(Predicate<WaitingRow> wanted, int limit) throws SQLException {
        List<WaitingRow> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT d.target, d.source, HEX(d.key_hash), t.table_schema, t.table_name, d.kind, d.version, d.reason,"
                        + " d.`partition`, d.`offset`, d.since, d.message FROM `changeover`.`deferred` d"
                        + " JOIN `changeover`.`target` t ON t.id = d.target WHERE d.topic = ?"
                        + " AND t.table_schema = ? AND t.table_name = ?"
                        + " ORDER BY d.since, d.key_hash",
                ResultSet.TYPE_FORWARD_ONLY,
                ResultSet.CONCUR_READ_ONLY)) {
            query.setFetchSize(Integer.MIN_VALUE); // row by row: a message may be large
            query.setString(1, topic);
            query.setString(2, target.schema());
            query.setString(3, target.table());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next() && found.size() < limit) {
                    WaitingRow row = row(rows);
                    if (wanted.test(row)) {
                        found.add(row);
                    }
                }
            }
        } catch (SQLException e) {
            if (SqlFailure.of(e).kind() != SqlFailure.Kind.SCHEMA) {
                throw e;
            }
        }
        return found;
    }

    private WaitingRow row(ResultSet row) throws SQLException {
        return new WaitingRow(
                new WaitingRow.Id(row.getInt(1), row.getInt(2), row.getString(3)),
                new TableName(row.getString(4), row.getString(5)),
                key(row.getBytes(12)),
                Deferred.Kind.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                Version.fromBytes(row.getBytes(7)),
                row.getString(8),
                topic,
                row.getInt(9),
                row.getLong(10),
                row.getTimestamp(11).toInstant());
    }

    private @Nullable String key(byte[] message) {
        try {
            ChangeEvent event = decoder.decode(message);
            return MessageKey.of(event.schema(), event.row());
        } catch (UndecodableMessage | IllegalArgumentException e) {
            return null;
        }
    }

    /** The message as it came; empty when the row waits no more. */
    public Optional<byte[]> message(WaitingRow row) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT message FROM `changeover`.`deferred`" + ID + " AND version = ?")) {
            bind(query, 1, row);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? Optional.of(found.getBytes(1)) : Optional.empty();
            }
        }
    }

    /**
     * Has a parked row tried again like a held one, by whoever applies the table: mapped anew, and written where nothing
     * newer is there.
     *
     * @param reason why it waits now
     * @return false when it is not parked any more, or no row
     */
    public boolean retry(WaitingRow row, String reason) throws SQLException {
        if (!row.isRow()) {
            return false;
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE `changeover`.`deferred` SET kind = 'held',"
                + " reason = ?" + ID + " AND version = ? AND kind = 'parked'")) {
            update.setString(1, reason);
            bind(update, 2, row);
            return update.executeUpdate() == 1;
        }
    }

    /**
     * Forgets the image: the new row stays as it is, without this change.
     *
     * @return false when it waits no more, or otherwise than it did
     */
    public boolean drop(WaitingRow row) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM `changeover`.`deferred`" + ID + " AND version = ? AND kind = ?")) {
            bind(delete, 1, row);
            delete.setString(5, row.kind().name().toLowerCase(Locale.ROOT));
            return delete.executeUpdate() == 1;
        }
    }

    private static void bind(PreparedStatement statement, int first, WaitingRow row) throws SQLException {
        statement.setInt(first, row.id().target());
        statement.setInt(first + 1, row.id().source());
        statement.setString(first + 2, row.id().keyHash());
        statement.setBytes(first + 3, row.version().toBytes());
    }
}
