package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicNames;

/**
 * An old database server (better: an offline replica of it) that is captured.
 *
 * @param name part of the names of its topics
 * @param start where capture begins the first time
 * @param backfill how its rows are read
 */
public record SourceDefinition(String name, ServerAccess server, StartMode start, BackfillSettings backfill) {

    public SourceDefinition {
        TopicNames.requireName(name);
    }
}
