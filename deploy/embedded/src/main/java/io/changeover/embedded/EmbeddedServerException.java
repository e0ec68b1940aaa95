package io.changeover.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded server could not be provided, started, asked or stopped; the message says which and why. */
public final class EmbeddedServerException extends RuntimeException {

    public EmbeddedServerException(String message) {
        this(message, null);
    }

    public EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
