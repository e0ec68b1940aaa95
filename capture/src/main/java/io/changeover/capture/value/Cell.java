package io.changeover.capture.value;

/** Reads one cell that is not NULL and gives its text. */
@FunctionalInterface
interface Cell {

    String read(RowBytes bytes);
}
