package io.changeover.deploy.plan;

/**
 * What may become of a value that is taken over into another type.
 *
 * @param what for people: {@code more than 20 characters are refused}
 */
public record Loss(Kind kind, String what) {

    public enum Kind {
        /** The row is refused, and parked. */
        refused,
        /** The new value is another one, or two values become one. */
        changed,
        /** The same value, which means or looks something else. */
        mind
    }

    static Loss refused(String what) {
        return new Loss(Kind.refused, what);
    }

    static Loss changed(String what) {
        return new Loss(Kind.changed, what);
    }

    static Loss mind(String what) {
        return new Loss(Kind.mind, what);
    }
}
