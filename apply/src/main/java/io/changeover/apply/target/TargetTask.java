package io.changeover.apply.target;

import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.TableDefinition;
import java.util.List;
import java.util.Map;

/**
 * What is applied where: one old table's topic to the places of a new table.
 *
 * @param topicId Kafka's id of the topic, which changes when it is deleted and made again
 * @param feeders every old table that goes to the same new table, this one among them, by topic
 * @param servers by the name of the target, all that the destinations name
 */
public record TargetTask(
        String pipeline,
        String topic,
        String topicId,
        TableDefinition definition,
        Map<String, TableDefinition> feeders,
        Map<String, TargetAccess> servers) {

    public TargetTask {
        feeders = Map.copyOf(feeders);
        servers = Map.copyOf(servers);
    }

    /** Name of our progress, stop and limits on the targets. */
    String feed() {
        return definition.feed(topic);
    }

    /** Names of everything that goes to the new table, from whichever source. */
    List<String> feeds() {
        return feeders.entrySet().stream()
                .map(feeder -> feeder.getValue().feed(feeder.getKey()))
                .toList();
    }

    List<Destination> destinations(String targetName) {
        return definition.destinations().stream()
                .filter(place -> place.targetName().equals(targetName))
                .toList();
    }

    TargetAccess access(String targetName) {
        TargetAccess access = servers.get(targetName);
        if (access == null) {
            throw new IllegalArgumentException("no server of target " + targetName);
        }
        return access;
    }
}
