package io.changeover.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.OldKey;
import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.UndecodableMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The old rows that messages speak of, by their keys as far as those can be told apart ({@link OldKey#blurred}). Takes a key
 * that it cannot read for every key: what may have changed is not settled.
 */
final class TouchedKeys {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ComparedTable table;
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final Set<String> keys = new HashSet<>();
    private boolean unreadable;

    TouchedKeys(ComparedTable table) {
        this.table = table;
    }

    /** Takes the key of a message in. */
    void add(byte @Nullable [] messageKey) {
        try {
            keys.add(blurred(table, messageKey == null ? new byte[0] : messageKey));
        } catch (IOException | IllegalArgumentException e) {
            unreadable = true;
        }
    }

    /** Takes every key in: what was said of which row is not known. */
    void addAll() {
        unreadable = true;
    }

    /** Takes the row of a message in; what is no message of a row speaks of none. */
    void addRow(byte[] message) {
        try {
            ChangeEvent event = decoder.decode(message);
            add(MessageKey.of(event.schema(), event.row()).getBytes(StandardCharsets.UTF_8));
        } catch (UndecodableMessage e) {
            // a row that another source has displaced: it is kept in another form
        }
    }

    /** @param key of the new table, in any of its spellings */
    boolean has(List<@Nullable String> key) {
        try {
            return unreadable || keys.contains(OldKey.blurred(table, OldKey.of(table, key)));
        } catch (ArithmeticException | IllegalArgumentException e) {
            return !keys.isEmpty();
        }
    }

    /** @throws IllegalArgumentException when a value is none of its column */
    static String blurred(ComparedTable table, byte[] messageKey) throws IOException {
        JsonNode json = JSON.readTree(messageKey);
        if (!json.isObject()) {
            throw new IllegalArgumentException("no key of a message");
        }
        Map<String, String> values = new HashMap<>();
        json.properties()
                .forEach(column -> values.put(column.getKey(), column.getValue().asText()));
        List<String> missing = table.oldKey().stream()
                .filter(column -> !values.containsKey(column))
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("a key without " + missing);
        }
        return OldKey.blurred(table, values);
    }
}
