package io.changeover.apply.guard;

/** A write that the database refused, alone, while the others of its call stand. */
public record Refusal<I>(Write<I> write, Cause cause, String reason) {

    /** Why. */
    public enum Cause {
        UNIQUE_CONFLICT,
        BAD_DATA
    }
}
