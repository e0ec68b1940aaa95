package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.Version;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Versions in an invisible column of the new table. */
record VersionColumn(TargetSession session) implements LiveVersions {

    @Override
    public Map<RowKey, Version> of(TargetPlace place, List<RowKey> keys, Look look) throws SQLException {
        PreparedStatement query = session.prepare("SELECT q.n, t.`" + MetadataSchema.VERSION_COLUMN + "`"
                + place.found() + (look == Look.LOCKING ? " FOR UPDATE OF t" : ""));
        query.setString(1, place.keys().json(keys));
        return FoundKeys.read(query, keys, row -> Version.fromBytes(row.getBytes(2)));
    }

    @Override
    public boolean isColumn() {
        return true;
    }

    @Override
    public void written(List<RowKey> keys, List<Version> versions) {}

    @Override
    public void deleted(List<RowKey> keys) {}
}
