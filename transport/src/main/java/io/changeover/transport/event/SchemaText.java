package io.changeover.transport.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a message says of its table, unread: two texts are compared for every message, and read only when they differ.
 *
 * @param types bytes of {@code mysqlType}
 * @param keys bytes of {@code pkNames}
 * @param collation of the text columns; null where the message does not say
 * @param others bytes of {@code changeover.collations}: of the columns that have another one; null for none
 */
record SchemaText(
        String database,
        String table,
        int version,
        Part types,
        Part keys,
        @Nullable String collation,
        @Nullable Part others) {

    private static final JsonFactory JSON = new JsonFactory();

    /** A part of a message, not copied. */
    static final class Part {

        private final byte[] bytes;
        private final int from;
        private final int to;

        Part(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
        }

        boolean sameText(Part other) {
            return Arrays.equals(bytes, from, to, other.bytes, other.from, other.to);
        }

        Part copy() {
            byte[] copy = Arrays.copyOfRange(bytes, from, to);
            return new Part(copy, 0, copy.length);
        }

        JsonParser parser() throws IOException {
            return JSON.createParser(bytes, from, to - from);
        }
    }

    boolean sameText(SchemaText other) {
        return version == other.version
                && types.sameText(other.types)
                && keys.sameText(other.keys)
                && Objects.equals(collation, other.collation)
                && sameText(others, other.others)
                && table.equals(other.table)
                && database.equals(other.database);
    }

    private static boolean sameText(@Nullable Part one, @Nullable Part other) {
        return one == null ? other == null : other != null && one.sameText(other);
    }

    /** The same, free of the message that it was found in. */
    SchemaText copy() {
        Part copied = others == null ? null : others.copy();
        return new SchemaText(database, table, version, types.copy(), keys.copy(), collation, copied);
    }

    /** @throws IllegalArgumentException when the texts are no schema */
    TableSchema parse() {
        try {
            return new TableSchema(new TableName(database, table), columns(), keyColumns(), version);
        } catch (IOException e) {
            throw new IllegalStateException("was read as JSON before", e);
        }
    }

    private List<Column> columns() throws IOException {
        List<Column> columns = new ArrayList<>();
        Map<String, String> collations = collations();
        try (JsonParser json = types.parser()) {
            require(json.nextToken() == JsonToken.START_OBJECT, "mysqlType is no object");
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                require(json.nextToken() == JsonToken.VALUE_STRING, "mysqlType has a value that is no text");
                columns.add(Column.of(name, json.getText()).collated(collations.getOrDefault(name, collation)));
            }
        }
        return columns;
    }

    private Map<String, String> collations() throws IOException {
        Map<String, String> collations = new HashMap<>();
        if (others == null) {
            return collations;
        }
        try (JsonParser json = others.parser()) {
            require(json.nextToken() == JsonToken.START_OBJECT, "changeover.collations is no object");
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                require(
                        json.nextToken() == JsonToken.VALUE_STRING,
                        "changeover.collations has a value that is no text");
                collations.put(name, json.getText());
            }
        }
        return collations;
    }

    private List<String> keyColumns() throws IOException {
        List<String> keyColumns = new ArrayList<>();
        try (JsonParser json = keys.parser()) {
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                return List.of();
            }
            require(json.currentToken() == JsonToken.START_ARRAY, "pkNames is no array");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                require(json.currentToken() == JsonToken.VALUE_STRING, "pkNames has a value that is no text");
                keyColumns.add(json.getText());
            }
        }
        return keyColumns;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
