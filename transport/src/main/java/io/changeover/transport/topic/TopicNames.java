package io.changeover.transport.topic;

import io.changeover.transport.event.TableName;
import java.util.regex.Pattern;

/**
 * The names of a pipeline's topics. Names of MySQL keep letters, digits, {@code _} and {@code -}; any other character
 * becomes {@code -}, so that two tables may come to one name: {@link TopicCollisions} finds them.
 */
public record TopicNames(String pipeline) {

    /** Kafka's limit. */
    public static final int MAX_LENGTH = 249;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");

    public TopicNames {
        requireName(pipeline);
    }

    /** Whether {@code name} may stand in a topic's name as it is: a pipeline, a source, a target. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** @throws IllegalArgumentException when {@link #isName} is false */
    public static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("a name has 1 to 100 letters, digits, _ and - only: '" + name + "'");
        }
    }

    /** Whether Kafka admits a topic of that name. */
    public static boolean isTopic(String name) {
        return name.length() <= MAX_LENGTH && TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    /** The row topic of a table. */
    public String rows(String source, TableName table) {
        return ofSource(source, kept(table.schema()) + "." + kept(table.table()));
    }

    /** DDL of the source's captured tables. */
    public String ddl(String source) {
        return ofSource(source, "ddl");
    }

    /** The source's position, compacted. */
    public String progress(String source) {
        return ofSource(source, "progress");
    }

    /**
     * The consumer group of a source's captures. No group of an apply can have the name: those are named as row topics are, with
     * a schema and a table.
     */
    public String captureGroup(String source) {
        return ofSource(source, "capture");
    }

    /** The source's table schemas over time, never deleted. */
    public String schemaHistory(String source) {
        return ofSource(source, "schema-history");
    }

    /** Requests to capture. */
    public String signals() {
        return pipeline + ".signals";
    }

    /** The numbers of the source tables, compacted. */
    public String registry() {
        return pipeline + ".registry";
    }

    private String ofSource(String source, String rest) {
        return pipeline + "." + kept(source) + "." + rest;
    }

    private static String kept(String name) {
        return FOREIGN.matcher(name).replaceAll("-");
    }
}
