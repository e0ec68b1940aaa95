package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The places of one new table on one server as one session works on them, and what is remembered beside them. Lives as long as
 * the session; confined to its thread.
 */
final class OpenTarget {

    private final TargetSession session;
    private final Map<Integer, TargetPlace> places;
    private final LiveVersions versions;
    private final ProgressTable progress;
    private final Tombstones tombstones;
    private final DeferredRows deferred;
    private final KeyIdentities identities;
    private final Parking parking;
    private final boolean sharded;
    private boolean deferredSeen;

    private OpenTarget(
            TargetSession session,
            Map<Integer, TargetPlace> places,
            TargetTask task,
            ProgressTable progress,
            LiveVersions versions,
            int id) {
        this.session = session;
        this.places = places;
        this.versions = versions;
        this.progress = progress;
        this.tombstones = new Tombstones(session, id);
        this.deferred = new DeferredRows(session, id);
        this.identities = new KeyIdentities(shape().key());
        this.sharded = task.definition().shards() != null;
        this.parking = new Parking(task.definition(), deferred);
    }

    /** @throws ChangeoverException (17) when a table is not there, or without its version column */
    static OpenTarget of(TargetSession session, TargetTask task, String targetName) throws SQLException {
        TargetAccess access = task.access(targetName);
        Map<Integer, TargetPlace> places = new LinkedHashMap<>();
        for (Destination destination : task.destinations(targetName)) {
            TargetTable table = TargetTable.read(session.connection(), destination.table())
                    .filter(access::isReady)
                    .orElseThrow(() -> new ChangeoverException(new Problem(
                            ExitCode.SCHEMA_DRIFT,
                            destination.targetName() + "." + destination.table(),
                            "the new table, or its column " + MetadataSchema.VERSION_COLUMN + ", is not there",
                            MetadataSchema.addVersionColumn(destination.table()))));
            places.put(destination.shard(), new TargetPlace(destination.shard(), table));
        }
        // what is remembered of a key is remembered for all places: under the name that stands for them
        int id = id(session, task.definition().target());
        ProgressTable progress = new ProgressTable(session, task, targetName);
        OpenTarget open = new OpenTarget(session, places, task, progress, access.versions(session, id), id);
        session.connection().commit();
        return open;
    }

    private static int id(TargetSession session, TableName name) throws SQLException {
        int known = findId(session, name);
        if (known != 0) {
            return known;
        }
        PreparedStatement insert =
                session.prepare("INSERT IGNORE INTO `changeover`.`target` (table_schema, table_name) VALUES (?, ?)");
        insert.setString(1, name.schema());
        insert.setString(2, name.table());
        insert.executeUpdate();
        return findId(session, name);
    }

    /** The number under which things of a new table are remembered; 0 where nobody has begun. */
    static int findId(TargetSession session, TableName name) throws SQLException {
        PreparedStatement query =
                session.prepare("SELECT id FROM `changeover`.`target` WHERE table_schema = ? AND table_name = ?");
        query.setString(1, name.schema());
        query.setString(2, name.table());
        try (ResultSet found = query.executeQuery()) {
            return found.next() ? found.getInt(1) : 0;
        }
    }

    TargetSession session() {
        return session;
    }

    /** The place of the number. Rows that belong nowhere are never written, so any table's shape will do for them. */
    TargetPlace place(int number) {
        TargetPlace place = number == RowKey.NOWHERE ? first() : places.get(number);
        if (place == null) {
            throw new IllegalArgumentException("no place " + number + " on this server");
        }
        return place;
    }

    private TargetPlace first() {
        return places.values().iterator().next();
    }

    /** The table as the mapping sees it: all places have one shape. */
    TargetTable shape() {
        return first().table();
    }

    LiveVersions versions() {
        return versions;
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

    /**
     * Whether a key of our partitions may be buried by the owner of others: in another spelling; or because what waited on one
     * server was written at last, and went from the others.
     */
    boolean othersBuryOurKeys() {
        return sharded || identities.haveSpellings();
    }

    boolean mayHaveDeferred() {
        return deferredSeen || identities.haveSpellings();
    }

    void willHaveDeferred() {
        deferredSeen = true;
    }
}
