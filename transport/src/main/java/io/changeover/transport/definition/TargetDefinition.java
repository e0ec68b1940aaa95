package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicNames;
import java.time.Duration;
import java.util.Optional;

/**
 * A server of the new schema.
 *
 * @param maxThreadsRunning nothing more is read for the server while it runs more statements at once than this; empty: never
 *     mind
 * @param keepTombstones how long a delete is remembered at least
 */
public record TargetDefinition(
        String name,
        ServerAccess server,
        VersionStore versionStore,
        Optional<Integer> maxThreadsRunning,
        Duration keepTombstones) {

    public static final Duration KEEP_TOMBSTONES = Duration.ofDays(7);

    /** Where the version of each row of the new tables is kept. */
    public enum VersionStore {
        /** An invisible column {@code changeover_version} on each new table; MySQL 8.0.23 and later. */
        COLUMN,
        /** A side table in the schema {@code changeover}, for servers or owners that admit no extra column. */
        TABLE
    }

    /** However busy it is. */
    public TargetDefinition(String name, ServerAccess server, VersionStore versionStore) {
        this(name, server, versionStore, Optional.empty(), KEEP_TOMBSTONES);
    }

    public TargetDefinition {
        TopicNames.requireName(name);
    }
}
