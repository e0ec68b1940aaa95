package io.changeover.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.OldKey;
import java.io.IOException;
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

    boolean has(Suspect suspect) {
        try {
            return unreadable
                    || keys.contains(
                            OldKey.blurred(table, OldKey.of(suspect.place().table(), suspect.key())));
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
