package io.changeover.transport.definition;

import io.changeover.transport.topic.TopicCollisions;
import io.changeover.transport.topic.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A table that cannot have its row topic. */
public record TopicClash(TableDefinition table, String cause) {

    /** What helps against every one of them. */
    public static final String REMEDY = "name the table's topic by `topic:`";

    /** The tables whose topics Kafka would not take, or not tell from another topic of the pipeline. */
    public static List<TopicClash> among(TopicNames names, Collection<String> sources, List<TableDefinition> tables) {
        TopicCollisions taken = new TopicCollisions();
        taken.take(names.signals(), "the pipeline itself");
        taken.take(names.registry(), "the pipeline itself");
        for (String source : sources) {
            taken.take(names.ddl(source), "source " + source + " itself");
            taken.take(names.progress(source), "source " + source + " itself");
            taken.take(names.schemaHistory(source), "source " + source + " itself");
        }
        List<TopicClash> clashes = new ArrayList<>();
        Set<List<Object>> seen = new HashSet<>();
        for (TableDefinition table : tables) {
            if (!seen.add(List.of(table.sourceName(), table.source()))) {
                continue; // the parts of a table read one topic
            }
            String topic = rowTopic(names, table);
            String earlier = taken.take(topic, table.label());
            if (earlier != null) {
                clashes.add(new TopicClash(
                        table,
                        "topic " + topic + " of " + table.label() + " is also that of " + earlier + " to Kafka"));
            }
            if (topic.length() > TopicNames.MAX_LENGTH) {
                clashes.add(new TopicClash(
                        table,
                        "topic name of " + table.label() + " is longer than Kafka's " + TopicNames.MAX_LENGTH + ": "
                                + topic.length()));
            }
        }
        return clashes;
    }

    static String rowTopic(TopicNames names, TableDefinition table) {
        String named = table.topic();
        return named != null ? named : names.rows(table.sourceName(), table.source());
    }
}
