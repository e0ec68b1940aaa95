package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** One new table as one session works on it. Lives as long as the session; confined to its thread. */
final class TargetPlace {

    private final TargetSession session;
    private final TargetTable table;
    private final ProgressTable progress;
    private final Tombstones tombstones;
    private final DeferredRows deferred;
    private final KeyTable keys;
    private final KeyIdentities identities;
    private final Parking parking;
    private boolean deferredSeen;

    private TargetPlace(TargetSession session, TargetTable table, TargetTask task, int id) {
        this.session = session;
        this.table = table;
        this.progress = new ProgressTable(session, task.pipeline());
        this.tombstones = new Tombstones(session, id);
        this.deferred = new DeferredRows(session, id);
        this.keys = new KeyTable(table.key());
        this.identities = new KeyIdentities(table.key());
        this.parking = new Parking(task.definition(), deferred);
    }

    /** @throws ChangeoverException (17) when the table is not there, or without its version column */
    static TargetPlace of(TargetSession session, TargetTask task) throws SQLException {
        TableName name = task.definition().target();
        TargetTable table = TargetTable.read(session.connection(), name)
                .filter(TargetTable::hasVersionColumn)
                .orElseThrow(() -> new ChangeoverException(new Problem(
                        ExitCode.SCHEMA_DRIFT,
                        name.toString(),
                        "the new table, or its column " + MetadataSchema.VERSION_COLUMN + ", is not there",
                        MetadataSchema.addVersionColumn(name))));
        TargetPlace place = new TargetPlace(session, table, task, id(session, name));
        session.connection().commit();
        return place;
    }

    private static int id(TargetSession session, TableName name) throws SQLException {
        PreparedStatement insert =
                session.prepare("INSERT IGNORE INTO `changeover`.`target` (table_schema, table_name) VALUES (?, ?)");
        PreparedStatement query =
                session.prepare("SELECT id FROM `changeover`.`target` WHERE table_schema = ? AND table_name = ?");
        query.setString(1, name.schema());
        query.setString(2, name.table());
        insert.setString(1, name.schema());
        insert.setString(2, name.table());
        try (ResultSet found = query.executeQuery()) {
            if (found.next()) {
                return found.getInt(1);
            }
        }
        insert.executeUpdate();
        try (ResultSet found = query.executeQuery()) {
            found.next();
            return found.getInt(1);
        }
    }

    TargetSession session() {
        return session;
    }

    TargetTable table() {
        return table;
    }

    ProgressTable progress() {
        return progress;
    }

    Tombstones tombstones() {
        return tombstones;
    }

    DeferredRows deferred() {
        return deferred;
    }

    Parking parking() {
        return parking;
    }

    KeyTable keys() {
        return keys;
    }

    KeyIdentities identities() {
        return identities;
    }

    /**
     * Looks, at each claim, whether anything is remembered. Afterwards only we remember things of our keys, so a table
     * without any costs no more look: but for keys with several spellings, of which another partition may bring one.
     */
    void lookForRemembered() throws SQLException {
        tombstones.ownerChanged();
        deferredSeen = deferredSeen || deferred.any();
    }

    boolean mayHaveDeferred() {
        return deferredSeen || identities.haveSpellings();
    }

    void willHaveDeferred() {
        deferredSeen = true;
    }
}
