package io.changeover.transport.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of a signal. Fields that say nothing are left out; unknown ones are ignored.
 *
 * <pre>{@code
 * {"id":"7","type":"refresh","source":"legacy","schema":"trade","table":"t_order","keys":[{"id":"1"}],"requestedBy":"ann"}
 * }</pre>
 */
public final class SignalJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SignalJson() {}

    public static String encode(Signal signal) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", signal.id());
        json.put("type", signal.type().text());
        json.put("source", signal.source());
        TableName table = signal.table();
        if (table != null) {
            json.put("schema", table.schema()).put("table", table.table());
        }
        if (!signal.keys().isEmpty()) {
            ArrayNode keys = json.putArray("keys");
            signal.keys().forEach(key -> key.forEach(keys.addObject()::put));
        }
        if (signal.where() != null) {
            json.put("where", signal.where());
        }
        if (signal.rowsPerSecond() != null) {
            json.put("rowsPerSecond", signal.rowsPerSecond());
        }
        return json.put("requestedBy", signal.requestedBy()).toString();
    }

    /** @throws IllegalArgumentException when the text is no signal */
    public static Signal decode(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        return new Signal(
                required(json, "id"),
                Signal.Type.valueOf(required(json, "type").toUpperCase(Locale.ROOT)),
                required(json, "source"),
                json.has("table") ? new TableName(required(json, "schema"), required(json, "table")) : null,
                keys(json.path("keys")),
                json.has("where") ? required(json, "where") : null,
                rowsPerSecond(json.path("rowsPerSecond")),
                json.path("requestedBy").asText());
    }

    private static List<Map<String, String>> keys(JsonNode json) {
        List<Map<String, String>> keys = new ArrayList<>();
        for (JsonNode object : json) {
            Map<String, String> key = new LinkedHashMap<>();
            object.fieldNames().forEachRemaining(column -> key.put(column, required(object, column)));
            keys.add(key);
        }
        return keys;
    }

    private static @Nullable Long rowsPerSecond(JsonNode json) {
        if (json.isMissingNode()) {
            return null;
        }
        if (!json.isIntegralNumber()) {
            throw new IllegalArgumentException("rowsPerSecond is no integer");
        }
        return json.longValue();
    }

    private static String required(JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return json.path(field).textValue();
    }
}
