package io.changeover.apply.target;

import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The images of one new table that wait beside it, by key and source, as messages. Confined to its session's thread. */
final class DeferredRows {

    /** An image that waits, as it is kept. */
    record Kept(Received message, Deferred.Kind kind, String reason) {}

    private static final int MAX_REASON = 4000;

    private final TargetSession session;
    private final int table;

    DeferredRows(TargetSession session, int table) {
        this.session = session;
        this.table = table;
    }

    boolean any() throws SQLException {
        return exists("SELECT 1 FROM `changeover`.`deferred` WHERE target = ? LIMIT 1");
    }

    /** Whether there is anything that may be tried again by itself. */
    boolean anyWaiting() throws SQLException {
        return exists(
                "SELECT 1 FROM `changeover`.`deferred` WHERE target = ? AND kind IN ('held', 'collision') LIMIT 1");
    }

    private boolean exists(String sql) throws SQLException {
        PreparedStatement query = session.prepare(sql);
        query.setInt(1, table);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    long parked() throws SQLException {
        PreparedStatement query =
                session.prepare("SELECT COUNT(*) FROM `changeover`.`deferred` WHERE target = ? AND kind = 'parked'");
        query.setInt(1, table);
        try (ResultSet rows = query.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Why the row was parked that was parked last. */
    String lastReason() throws SQLException {
        PreparedStatement query = session.prepare("SELECT reason FROM `changeover`.`deferred`"
                + " WHERE target = ? AND kind = 'parked' ORDER BY since DESC LIMIT 1");
        query.setInt(1, table);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    Map<RowKey, Version> of(List<RowKey> keys, int source) throws SQLException {
        PreparedStatement query =
                session.prepare("SELECT q.n, t.version FROM " + KeyHash.remembered("deferred") + " FOR UPDATE OF t");
        KeyHash.bind(query, keys, table, source);
        return FoundKeys.read(query, keys, row -> Version.fromBytes(row.getBytes(2)));
    }

    void put(RowKey key, Version version, Deferred.Kind kind, String reason, Received message) throws SQLException {
        PreparedStatement insert = session.prepare("INSERT INTO `changeover`.`deferred` (target, source, key_hash,"
                + " key_text, version, kind, reason, message, topic, `partition`, `offset`)"
                + " VALUES (?,?,?,?,?,?,?,?,?,?,?) AS n ON DUPLICATE KEY UPDATE " + newest("kind") + newest("reason")
                + newest("message") + newest("topic") + newest("`partition`") + newest("`offset`")
                // last, since the others are decided by the old one
                + "version = GREATEST(n.version, deferred.version)");
        insert.setInt(1, table);
        insert.setInt(2, version.source());
        insert.setBytes(3, KeyHash.of(key.identity()));
        insert.setString(4, key.identity());
        insert.setBytes(5, version.toBytes());
        insert.setString(6, kind.name().toLowerCase(Locale.ROOT));
        insert.setString(7, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
        insert.setBytes(8, message.value());
        insert.setString(9, message.topic());
        insert.setInt(10, message.partition());
        insert.setLong(11, message.offset());
        insert.executeUpdate();
    }

    private static String newest(String column) {
        return column + " = IF(n.version >= deferred.version, n." + column + ", deferred." + column + "), ";
    }

    void remove(Collection<RowKey> keys, int source) throws SQLException {
        PreparedStatement delete = session.prepare("DELETE t FROM " + KeyHash.remembered("deferred"));
        KeyHash.bind(delete, keys, table, source);
        delete.executeUpdate();
    }

    /** Whatever they wait for, they are to be tried again. */
    void wake(Collection<RowKey> keys, int source) throws SQLException {
        PreparedStatement update = session.prepare("UPDATE " + KeyHash.remembered("deferred") + " SET t.kind = 'held'");
        KeyHash.bind(update, keys, table, source);
        update.executeUpdate();
    }

    /** Locks and returns what may be tried again by itself, oldest first. */
    List<Kept> lockWaiting() throws SQLException {
        PreparedStatement query = session.prepare("SELECT topic, `partition`, `offset`, message, kind, reason"
                + " FROM `changeover`.`deferred` WHERE target = ? AND kind IN ('held', 'collision')"
                + " ORDER BY since, key_hash FOR UPDATE");
        query.setInt(1, table);
        List<Kept> kept = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                Received message =
                        new Received(rows.getString(1), rows.getInt(2), rows.getLong(3), rows.getBytes(4), null, null);
                Deferred.Kind kind = Deferred.Kind.valueOf(rows.getString(5).toUpperCase(Locale.ROOT));
                kept.add(new Kept(message, kind, rows.getString(6)));
            }
        }
        return kept;
    }
}
