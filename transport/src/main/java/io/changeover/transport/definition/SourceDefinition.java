package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicNames;

/**
 * An old database server (better: an offline replica of it) that is captured.
 *
 * @param name part of the names of its topics
 * @param start where capture begins the first time
 */
public record SourceDefinition(String name, ServerAccess server, StartMode start) {

    public SourceDefinition {
        TopicNames.requireName(name);
    }
}
