package io.changeover.apply.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.Version;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the new table as it was, kept beside it because a preferred source has taken its place. Its message is not at hand any
 * more; so it is kept as JSON of its own: {@code {"row":{"place":0,"version":"..","columns":{"id":"1"}}}}.
 *
 * @param values as they are bound
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeptRow(
        int place,
        Version version,
        List<TargetColumn> columns,
        @Nullable Object[] values) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] BEGIN = "{\"row\":".getBytes(StandardCharsets.UTF_8);
    private static final String BYTES = "base64";

    byte[] encode() {
        ObjectNode row = JSON.createObjectNode();
        row.put("place", place);
        row.put("version", version.toString());
        ObjectNode fields = row.putObject("columns");
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (values[i] instanceof byte[] bytes) {
                fields.putObject(name).put(BYTES, Base64.getEncoder().encodeToString(bytes));
            } else {
                fields.put(name, values[i] == null ? null : values[i].toString());
            }
        }
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode().set("row", row));
        } catch (IOException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    /** The row that {@link #encode} made of one; empty when it is a message instead, or the table has other columns now. */
    static Optional<KeptRow> decode(byte[] kept, TargetTable table) {
        for (int i = 0; i < BEGIN.length; i++) {
            if (i >= kept.length || kept[i] != BEGIN[i]) {
                return Optional.empty();
            }
        }
        try {
            JsonNode row = JSON.readTree(kept).get("row");
            List<TargetColumn> columns = new ArrayList<>();
            List<@Nullable Object> values = new ArrayList<>();
            for (var field : row.get("columns").properties()) {
                Optional<TargetColumn> column = table.column(field.getKey());
                if (column.isEmpty()) {
                    return Optional.empty();
                }
                columns.add(column.get());
                values.add(value(column.get(), field.getValue()));
            }
            return Optional.of(new KeptRow(
                    row.get("place").asInt(), Version.parse(row.get("version").asText()), columns, values.toArray()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Object value(TargetColumn column, JsonNode field) {
        if (field.isNull()) {
            return null;
        }
        if (field.isObject()) {
            return Base64.getDecoder().decode(field.get(BYTES).asText());
        }
        return column.type().equals("bit") ? new BigInteger(field.asText()) : field.asText();
    }

    /** The key as {@link KeyIdentities} takes it. */
    List<String> key(TargetTable table) {
        List<String> key = new ArrayList<>();
        for (TargetColumn column : table.key()) {
            Object value = values[columns.indexOf(column)];
            key.add(
                    value instanceof byte[] bytes
                            ? new String(bytes, StandardCharsets.ISO_8859_1)
                            : String.valueOf(value));
        }
        return key;
    }
}
