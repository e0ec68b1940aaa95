package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Versions in a table of ours, for new tables that are to have no column more. What it says of a row that is not there says
 * nothing; so a row that somebody else deletes is as free as it would be with a column.
 *
 * @param table number of the new table
 */
record VersionTable(TargetSession session, int table) implements LiveVersions {

    private static final int MAX_ROWS = 256;
    private static final String NOTED = KeyHash.TABLE
            + " STRAIGHT_JOIN `changeover`.`version` t ON t.target = ? AND t.place = ? AND t.key_hash = UNHEX(q.h)";

    @Override
    public Map<RowKey, Version> of(TargetPlace place, List<RowKey> keys, Look look) throws SQLException {
        PreparedStatement query =
                session.prepare("SELECT q.n" + place.found() + (look == Look.LOCKING ? " FOR UPDATE OF t" : ""));
        query.setString(1, place.keys().json(keys));
        Map<RowKey, Version> found = FoundKeys.read(query, keys, row -> Version.NONE);
        if (!found.isEmpty()) {
            found.putAll(noted(place.number(), List.copyOf(found.keySet())));
        }
        return found;
    }

    private Map<RowKey, Version> noted(int place, List<RowKey> keys) throws SQLException {
        PreparedStatement query = session.prepare("SELECT q.n, t.version FROM " + NOTED);
        query.setString(1, KeyHash.json(keys));
        query.setInt(2, table);
        query.setInt(3, place);
        return FoundKeys.read(query, keys, row -> Version.fromBytes(row.getBytes(2)));
    }

    @Override
    public boolean isColumn() {
        return false;
    }

    @Override
    public void written(List<RowKey> keys, List<Version> versions) throws SQLException {
        for (int from = 0; from < keys.size(); ) {
            int rows = Integer.highestOneBit(Math.min(MAX_ROWS, keys.size() - from));
            // the guard has decided: whatever is noted, the row of now has this version
            PreparedStatement insert =
                    session.prepare("INSERT INTO `changeover`.`version` (target, place, key_hash, version)"
                            + " VALUES " + String.join(",", Collections.nCopies(rows, "(?,?,?,?)"))
                            + " AS n ON DUPLICATE KEY UPDATE version = n.version");
            int next = 1;
            for (int i = from; i < from + rows; i++) {
                insert.setInt(next++, table);
                insert.setInt(next++, keys.get(i).place());
                insert.setBytes(next++, KeyHash.of(keys.get(i).identity()));
                insert.setBytes(next++, versions.get(i).toBytes());
            }
            insert.executeUpdate();
            from += rows;
        }
    }

    @Override
    public void deleted(List<RowKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        PreparedStatement delete = session.prepare("DELETE t FROM " + NOTED);
        delete.setString(1, KeyHash.json(keys));
        delete.setInt(2, table);
        delete.setInt(3, keys.get(0).place());
        delete.executeUpdate();
    }
}
