package io.changeover.reconcile.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Whether two JSON texts of MySQL, which has one order for the names in an object, are one value. MySQL keeps a number inside
 * JSON as integer, double or decimal, and prints {@code 0.1250} for the one and {@code 0.125} for the other; JSON itself knows
 * only the number.
 */
final class JsonValues {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonValues() {}

    /** Of texts as they were sent: a character for each byte. */
    static boolean same(String one, String other) {
        try (JsonParser mapped = parser(one);
                JsonParser stored = parser(other)) {
            while (true) {
                JsonToken token = mapped.nextToken();
                JsonToken with = stored.nextToken();
                if (token == null || with == null) {
                    return token == with;
                }
                boolean numbers = token.isNumeric() && with.isNumeric();
                if (numbers ? !sameNumber(mapped.getText(), stored.getText()) : token != with) {
                    return false;
                }
                if (!numbers && !mapped.getText().equals(stored.getText())) {
                    return false;
                }
            }
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    private static boolean sameNumber(String one, String other) {
        return new BigDecimal(one).compareTo(new BigDecimal(other)) == 0
                && isNegativeZero(one) == isNegativeZero(other);
    }

    /** Of a double: {@code -0.0}. MySQL 5.7 prints {@code -0}, which is read as the integer. */
    private static boolean isNegativeZero(String number) {
        return number.startsWith("-") && number.indexOf('.') > 0 && new BigDecimal(number).signum() == 0;
    }

    private static JsonParser parser(String raw) throws IOException {
        return JSON.createParser(raw.getBytes(StandardCharsets.ISO_8859_1));
    }
}
