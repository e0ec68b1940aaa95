package io.changeover.transport.definition.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of the definition: what the reader accepts, what the reference says, and what the tests must cover.
 *
 * @param type of the value itself, or of each value of a list or map
 * @param fallback text of the value where the key is absent; null: no value then
 * @param children the keys of the section, or of each section, that stands here
 */
record Key<T>(
        String name,
        Shape shape,
        ValueType<T> type,
        boolean required,
        @Nullable String fallback,
        List<Key<?>> children,
        String meaning) {

    /** What stands after the key. */
    enum Shape {
        VALUE("a value"),
        LIST("a list of values"),
        MAP("a mapping of names to values"),
        SECTION("a mapping"),
        NAMED_SECTIONS("a mapping of names to mappings"),
        SECTIONS("a list of mappings");

        private final String description;

        Shape(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    /** What is to be written there. */
    String description() {
        return switch (shape) {
            case VALUE -> type.description();
            case LIST -> "a list, each " + type.description();
            case MAP -> "a mapping of names, each to " + type.description();
            case SECTION, NAMED_SECTIONS, SECTIONS -> shape.description();
        };
    }

    static <T> Key<T> required(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, Shape.VALUE, type, true, null, List.of(), meaning);
    }

    static <T> Key<T> optional(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, Shape.VALUE, type, false, null, List.of(), meaning);
    }

    static <T> Key<T> withDefault(String name, ValueType<T> type, String fallback, String meaning) {
        return new Key<>(name, Shape.VALUE, type, false, fallback, List.of(), meaning);
    }

    static <T> Key<T> many(String name, Shape shape, ValueType<T> type, boolean required, String meaning) {
        return new Key<>(name, shape, type, required, null, List.of(), meaning);
    }

    static Key<String> nested(String name, Shape shape, boolean required, String meaning, List<Key<?>> children) {
        return new Key<>(name, shape, Values.ANY_TEXT, required, null, children, meaning);
    }
}
