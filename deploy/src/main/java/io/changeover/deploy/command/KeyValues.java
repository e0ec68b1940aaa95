package io.changeover.deploy.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A row's key as messages have it, {@code {"id":"1"}}; the values may stand without quotes, the columns in any order. */
record KeyValues(Map<String, String> columns) {

    private static final ObjectMapper JSON = new ObjectMapper();

    KeyValues {
        columns = Map.copyOf(columns);
    }

    /** @throws TypeConversionException when it is no such text */
    static KeyValues of(String text) {
        Map<String, String> columns = new TreeMap<>();
        try {
            JSON.readTree(text)
                    .properties()
                    .forEach(column -> columns.put(column.getKey(), value(column.getValue(), text)));
        } catch (JsonProcessingException e) {
            throw wrong(text);
        }
        if (columns.isEmpty()) {
            throw wrong(text);
        }
        return new KeyValues(columns);
    }

    private static String value(JsonNode value, String text) {
        if (!value.isValueNode() || value.isNull()) {
            throw wrong(text);
        }
        return value.asText();
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("not a key like {\"id\":\"1\"}, as messages have it: " + text);
    }

    /** As `refresh --keys` takes it. */
    String assignments() {
        return new TreeMap<>(columns)
                .entrySet().stream()
                        .map(column -> column.getKey() + "=" + column.getValue())
                        .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return assignments();
    }

    /** Of an option's text. */
    static final class Converter implements ITypeConverter<KeyValues> {

        @Override
        public KeyValues convert(String value) {
            return of(value);
        }
    }
}
