package io.changeover.transport.definition;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The properties that every Kafka client of the pipeline starts from; {@code bootstrap.servers} is among them. Printed
 * with the values that hold secrets masked.
 */
public record KafkaSettings(Map<String, String> properties) {

    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    private static final Pattern SECRET = Pattern.compile(
            "jaas|password|secret|token|credential|keystore\\.key|private\\.key|user\\.info", Pattern.CASE_INSENSITIVE);

    public KafkaSettings {
        properties = Map.copyOf(properties);
        if (properties.getOrDefault(BOOTSTRAP_SERVERS, "").isBlank()) {
            throw new IllegalArgumentException(BOOTSTRAP_SERVERS + " is missing");
        }
    }

    public static KafkaSettings at(String bootstrapServers) {
        return new KafkaSettings(Map.of(BOOTSTRAP_SERVERS, bootstrapServers));
    }

    public String bootstrapServers() {
        return properties.getOrDefault(BOOTSTRAP_SERVERS, "");
    }

    /** Whether the value of the property must not be shown. */
    public static boolean holdsSecret(String property) {
        return SECRET.matcher(property).find();
    }

    /** The properties in order, fit to be shown. */
    public Map<String, String> masked() {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replaceAll((property, value) -> holdsSecret(property) ? "***" : value);
        return shown;
    }

    @Override
    public String toString() {
        return "KafkaSettings" + masked();
    }
}
