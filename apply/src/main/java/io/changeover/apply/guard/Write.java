package io.changeover.apply.guard;

/** A row to write: {@code exists} tells whether to update the row of that key or to insert it. */
public record Write<I>(Change<I> change, boolean exists) {}
