package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.stream.Received;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The deletes of one new table that are remembered, by key and source. Confined to its session's thread. */
final class Tombstones {

    private static final int MAX_ROWS = 256;

    private final TargetSession session;
    private final int table;

    Tombstones(TargetSession session, int table) {
        this.session = session;
        this.table = table;
    }

    boolean any() throws SQLException {
        PreparedStatement query = session.prepare("SELECT 1 FROM `changeover`.`tombstone` WHERE target = ? LIMIT 1");
        query.setInt(1, table);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    Map<RowKey, Version> of(List<RowKey> keys, int source) throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        PreparedStatement query = session.prepare(
                "SELECT q.n, t.version FROM " + KeyHash.TABLE
                        + " STRAIGHT_JOIN `changeover`.`tombstone` t ON t.target = ? AND t.source = ? AND t.key_hash = UNHEX(q.h)");
        query.setString(1, KeyHash.json(keys));
        query.setInt(2, table);
        query.setInt(3, source);
        Map<RowKey, Version> found = new HashMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.put(keys.get(rows.getInt(1) - 1), Version.fromBytes(rows.getBytes(2)));
            }
        }
        return found;
    }

    void bury(Collection<Tombstone> tombstones, Function<RowKey, Received> origin) throws SQLException {
        List<Tombstone> all = new ArrayList<>(tombstones);
        for (int from = 0; from < all.size(); ) {
            int rows = Integer.highestOneBit(Math.min(MAX_ROWS, all.size() - from));
            buryChunk(all.subList(from, from + rows), origin);
            from += rows;
        }
    }

    private void buryChunk(List<Tombstone> chunk, Function<RowKey, Received> origin) throws SQLException {
        // versions of one source compare as their bytes; the version last, since the others are decided by the old one
        PreparedStatement insert = session.prepare("INSERT INTO `changeover`.`tombstone` (target, source, key_hash,"
                + " key_text, version, topic, `partition`, `offset`) VALUES "
                + String.join(",", Collections.nCopies(chunk.size(), "(?,?,?,?,?,?,?,?)"))
                + " AS n ON DUPLICATE KEY UPDATE topic = IF(n.version >= tombstone.version, n.topic, tombstone.topic),"
                + " `partition` = IF(n.version >= tombstone.version, n.`partition`, tombstone.`partition`),"
                + " `offset` = IF(n.version >= tombstone.version, n.`offset`, tombstone.`offset`),"
                + " made_at = IF(n.version > tombstone.version, NOW(6), tombstone.made_at),"
                + " version = GREATEST(n.version, tombstone.version)");
        int next = 1;
        for (Tombstone tombstone : chunk) {
            Received place = origin.apply(tombstone.key());
            insert.setInt(next++, table);
            insert.setInt(next++, tombstone.version().source());
            insert.setBytes(next++, KeyHash.of(tombstone.key().identity()));
            insert.setString(next++, tombstone.key().identity());
            insert.setBytes(next++, tombstone.version().toBytes());
            insert.setString(next++, place.topic());
            insert.setInt(next++, place.partition());
            insert.setLong(next++, place.offset());
        }
        insert.executeUpdate();
    }
}
