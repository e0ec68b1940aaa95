package io.changeover.apply.target;

import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.mysql.MySqlServer;

/** A server of the new side, and where it keeps the versions of rows. */
public record TargetAccess(MySqlServer server, VersionStore versionStore) {

    /** Whether rows of the table can be written: their versions have their place. */
    boolean isReady(TargetTable table) {
        return versionStore == VersionStore.TABLE || table.hasVersionColumn();
    }

    LiveVersions versions(TargetSession session, int table) {
        return versionStore == VersionStore.TABLE ? new VersionTable(session, table) : new VersionColumn(session);
    }
}
