package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicNames;

/** A server of the new schema. */
public record TargetDefinition(String name, ServerAccess server, VersionStore versionStore) {

    /** Where the version of each row of the new tables is kept. */
    public enum VersionStore {
        /** An invisible column {@code changeover_version} on each new table; MySQL 8.0.23 and later. */
        COLUMN,
        /** A side table in the schema {@code changeover}, for servers or owners that admit no extra column. */
        TABLE
    }

    public TargetDefinition {
        TopicNames.requireName(name);
    }
}
