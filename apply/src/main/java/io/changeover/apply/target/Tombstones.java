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
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The deletes of one new table that are remembered, by key and source. Confined to its session's thread.
 *
 * <p>In a stream every change is newer than all that was deleted before, so its tombstone need not be looked for: it is enough to
 * know the newest one that a partition may have. Only its owner buries what it brings; but an image that was put aside may
 * become a tombstone by anybody's retry, so it counts as one.
 */
final class Tombstones {

    private static final int MAX_ROWS = 256;

    private final TargetSession session;
    private final int table;
    /** By source, the newest that was remembered after the last claim; null: to be read. */
    private @Nullable Map<Integer, Version> found;
    /** By source and partition, the newest that we have remembered since. */
    private final Map<Integer, Map<Integer, Version>> since = new HashMap<>();

    Tombstones(TargetSession session, int table) {
        this.session = session;
        this.table = table;
    }

    /** After a claim: the partition's former owner may have remembered more. */
    void ownerChanged() {
        found = null;
    }

    /** A change of this version, from this partition, is put aside and may be buried by another. */
    void mayBury(Version version, int partition) {
        since.computeIfAbsent(version.source(), source -> new HashMap<>())
                .merge(partition, version, (old, next) -> next.isAfter(old) ? next : old);
    }

    /** To be called inside a transaction that has advanced our partitions: no former owner remembers anything any more. */
    void look() throws SQLException {
        if (found == null) {
            found = readNewest();
        }
    }

    /** The newest tombstone that a key of our partition may have, after a {@link #look}; null when it can have none. */
    @Nullable
    Version newest(int source, int partition) {
        Version there = Objects.requireNonNull(found, "not looked").get(source);
        Version ours = since.getOrDefault(source, Map.of()).get(partition);
        return there == null || (ours != null && ours.isAfter(there)) ? ours : there;
    }

    private Map<Integer, Version> readNewest() throws SQLException {
        PreparedStatement query = session.prepare("SELECT source, MAX(version) FROM ("
                + "SELECT source, version FROM `changeover`.`tombstone` WHERE target = ? UNION ALL "
                + "SELECT source, version FROM `changeover`.`deferred` WHERE target = ?) r GROUP BY source");
        query.setInt(1, table);
        query.setInt(2, table);
        Map<Integer, Version> newest = new HashMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                newest.put(rows.getInt(1), Version.fromBytes(rows.getBytes(2)));
            }
        }
        return newest;
    }

    Map<RowKey, Version> of(List<RowKey> keys, int source) throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        PreparedStatement query = session.prepare("SELECT q.n, t.version FROM " + KeyHash.remembered("tombstone"));
        KeyHash.bind(query, keys, table, source);
        return FoundKeys.read(query, keys, row -> Version.fromBytes(row.getBytes(2)));
    }

    void bury(Collection<Tombstone> tombstones, Function<Tombstone, Received> origin) throws SQLException {
        List<Tombstone> all = new ArrayList<>(tombstones);
        // before the write: what is rolled back makes us look too often, never too seldom
        all.forEach(tombstone ->
                mayBury(tombstone.version(), origin.apply(tombstone).partition()));
        for (int from = 0; from < all.size(); ) {
            int rows = Integer.highestOneBit(Math.min(MAX_ROWS, all.size() - from));
            buryChunk(all.subList(from, from + rows), origin);
            from += rows;
        }
    }

    private void buryChunk(List<Tombstone> chunk, Function<Tombstone, Received> origin) throws SQLException {
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
            Received place = origin.apply(tombstone);
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
