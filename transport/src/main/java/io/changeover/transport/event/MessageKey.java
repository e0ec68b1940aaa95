package io.changeover.transport.event;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * The key of a message: the primary key as compact JSON in column order, values as Canal shows them in {@code data}:
 * {@code {"id":"1"}}. No {@link MessageForm} changes it: equal keys must stay equal, and in their partition, when an option is
 * switched.
 */
public final class MessageKey {

    private MessageKey() {}

    /**
     * The key of {@code row}.
     *
     * @throws IllegalArgumentException when the table has no primary key or a key value is null, which MySQL cannot hold
     */
    public static String of(TableSchema schema, Row row) {
        if (schema.keyColumns().isEmpty()) {
            throw new IllegalArgumentException("table without primary key: " + schema.name());
        }
        StringBuilder json = new StringBuilder(16 + 16 * schema.keyColumns().size());
        char separator = '{';
        for (String column : schema.keyColumns()) {
            String value = row.get(schema, column);
            if (value == null) {
                throw new IllegalArgumentException("key column " + column + " of " + schema.name() + " is null");
            }
            json.append(separator);
            quote(json, column);
            json.append(':');
            quote(json, value);
            separator = ',';
        }
        return json.append('}').toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }
}
