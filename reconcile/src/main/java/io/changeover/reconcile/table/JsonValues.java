package io.changeover.reconcile.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * Whether two JSON texts are one value. MySQL keeps a number inside JSON as integer, double or decimal, and prints {@code
 * 0.1250} for the one and {@code 0.125} for the other; JSON itself knows only the number.
 */
final class JsonValues {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

    private static final Comparator<JsonNode> NUMBERS_BY_VALUE = (one, other) -> {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    };

    private JsonValues() {}

    /** Of texts as they were sent: a character for each byte. */
    static boolean same(String one, String other) {
        try {
            return tree(one).equals(NUMBERS_BY_VALUE, tree(other));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static JsonNode tree(String raw) throws JsonProcessingException {
        return JSON.readTree(new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
