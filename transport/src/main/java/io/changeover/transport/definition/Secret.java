package io.changeover.transport.definition;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A password: it never reaches a log or a problem by way of {@code toString}, also not from inside another record. One that
 * stands elsewhere is looked up again whenever it is needed, so that it may be changed there while we run.
 *
 * <p>Thread-safe.
 */
public final class Secret {

    private final String first;
    private final Supplier<String> lookup;
    private volatile String last;

    private Secret(String first, Supplier<String> lookup) {
        this.first = first;
        this.lookup = lookup;
        this.last = first;
    }

    public static Secret of(String value) {
        return new Secret(value, () -> value);
    }

    /**
     * A secret that stands elsewhere.
     *
     * @param lookup throws IllegalArgumentException while the value is not to be had, as a file that is just being replaced; then
     *     the last one counts
     */
    public static Secret lookedUp(Supplier<String> lookup) {
        return new Secret(lookup.get(), lookup);
    }

    /** The value itself, as it is now, for the connection that needs it and for nothing else. */
    public String reveal() {
        try {
            last = lookup.get();
        } catch (IllegalArgumentException e) {
            // whoever logs in with the last one is told by the server whether it is still right
        }
        return last;
    }

    /** Whether they were the same when they were first looked up. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && first.equals(secret.first);
    }

    @Override
    public int hashCode() {
        return first.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
