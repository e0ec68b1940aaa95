package io.changeover.apply.target;

import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.MySqlServer;
import java.util.Map;

/**
 * What is applied where: one old table's topic to its new table.
 *
 * @param topicId Kafka's id of the topic, which changes when it is deleted and made again
 * @param feeders every old table that goes to the same new table, this one among them, by topic
 */
public record TargetTask(
        String pipeline,
        String topic,
        String topicId,
        TableDefinition definition,
        Map<String, TableDefinition> feeders,
        MySqlServer server) {

    public TargetTask {
        feeders = Map.copyOf(feeders);
    }
}
