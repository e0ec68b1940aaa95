package io.changeover.transport.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of JSON Schema (2020-12) that the contract needs. What a schema does not name is allowed: fields may be added. */
final class JsonSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private JsonSchema() {}

    static ObjectNode document(String topic, String description) {
        return node().put("$schema", DIALECT)
                .put("$id", "urn:changeover:" + topic)
                .put("title", topic)
                .put("description", description);
    }

    static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode type(String type) {
        return node().put("type", type);
    }

    static ObjectNode integer(String description) {
        return type("integer").put("description", description);
    }

    static ObjectNode string(String description) {
        return type("string").put("description", description);
    }

    static ObjectNode text(String pattern) {
        return type("string").put("pattern", pattern);
    }

    static ObjectNode nothing() {
        return type("null");
    }

    static ObjectNode constant(boolean value) {
        return node().put("const", value);
    }

    static ObjectNode constant(String value) {
        return node().put("const", value);
    }

    static ObjectNode oneOf(Collection<@Nullable String> values) {
        ObjectNode schema = node();
        ArrayNode all = schema.putArray("enum");
        values.forEach(all::add);
        return schema;
    }

    /** An object in which every one of the properties must be. */
    static ObjectNode object(ObjectNode properties) {
        ObjectNode schema = optional(properties);
        properties.fieldNames().forEachRemaining(schema.putArray("required")::add);
        return schema;
    }

    /** An object in which the properties may be. */
    static ObjectNode optional(ObjectNode properties) {
        ObjectNode schema = type("object");
        schema.set("properties", properties);
        return schema;
    }

    /** An array of exactly one item. */
    static ObjectNode one(ObjectNode item) {
        ObjectNode schema = type("array").put("minItems", 1).put("maxItems", 1);
        schema.set("items", item);
        return schema;
    }

    static ObjectNode exactly(List<String> values) {
        ObjectNode schema = node();
        values.forEach(schema.putArray("const")::add);
        return schema;
    }

    static ObjectNode reference(String definition) {
        return node().put("$ref", "#/$defs/" + definition);
    }
}
