package io.changeover.apply.guard;

/**
 * A row to write, key columns included (an update may spell the key anew).
 *
 * @param exists whether a row of that key was there when the batch began: a hint where to begin, not a promise. Whatever it
 *     says, the row holds the image afterwards or the write is refused; an update that found no row is not a success
 */
public record Write<I>(Change<I> change, boolean exists) {}
