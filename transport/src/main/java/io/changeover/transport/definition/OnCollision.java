package io.changeover.transport.definition;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a row whose key another source's row has in the new table. Neither is ever lost.
 *
 * @param preferred name of the source whose rows take the place of others'; null unless {@link Kind#PREFER}
 */
public record OnCollision(Kind kind, @Nullable String preferred) {

    public enum Kind {
        /** It waits beside the table, visibly, and is tried again when the other one goes. */
        PARK,
        /** The table stops. */
        STOP,
        /** A row of the preferred source takes the place, and the other one waits; else as {@link #PARK}. */
        PREFER
    }

    public static final OnCollision PARK = new OnCollision(Kind.PARK, null);
    public static final OnCollision STOP = new OnCollision(Kind.STOP, null);

    private static final String PREFER = "prefer ";

    public OnCollision {
        if ((kind == Kind.PREFER) != (preferred != null)) {
            throw new IllegalArgumentException(kind + " of " + preferred);
        }
    }

    /** @throws IllegalArgumentException when it is neither {@code park}, {@code stop} nor {@code prefer <source>} */
    public static OnCollision parse(String text) {
        if (text.startsWith(PREFER) && !text.substring(PREFER.length()).isBlank()) {
            return new OnCollision(Kind.PREFER, text.substring(PREFER.length()).strip());
        }
        return switch (text) {
            case "park" -> PARK;
            case "stop" -> STOP;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Whether rows of the source take the place of others'. */
    public boolean prefers(String source) {
        return Objects.equals(preferred, source);
    }
}
