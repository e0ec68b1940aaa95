package io.changeover.transport.definition.yaml;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the text of a value becomes a value.
 *
 * @param description for the reference and for problems: "a port, 1 to 65535"
 * @param remedy what to write instead of a text that is not taken
 * @param reader throws IllegalArgumentException, with a sentence about the text, for what it does not take
 */
record ValueType<T>(String description, String remedy, Function<String, T> reader) {

    T read(String text) {
        return reader.apply(text);
    }

    /** A type whose problem is simply that the text is not what is described. */
    static <T> ValueType<T> described(String description, Function<String, T> reader) {
        return new ValueType<>(description, "write " + description, text -> {
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("found `" + text + "`", e);
            }
        });
    }

    /** One of the constants, in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> constants) {
        String choices = Arrays.stream(constants.getEnumConstants())
                .map(constant -> "`" + constant.name().toLowerCase(Locale.ROOT) + "`")
                .collect(Collectors.joining(", "));
        return described("one of " + choices, text -> {
            if (!text.equals(text.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(text);
            }
            return Enum.valueOf(constants, text.toUpperCase(Locale.ROOT));
        });
    }
}
