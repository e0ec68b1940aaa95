package io.changeover.transport.event;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row in the texts of the message contract, by table order; null is SQL NULL. Immutable by convention: the
 * array is handed over, never copied, because a row is made millions of times.
 */
public final class Row {

    private final @Nullable String[] values;

    public Row(@Nullable String[] values) {
        this.values = values;
    }

    public static Row of(@Nullable String... values) {
        return new Row(values);
    }

    public int size() {
        return values.length;
    }

    public @Nullable String get(int index) {
        return values[index];
    }

    /** The value of a column of {@code schema}, which is the schema of this row. */
    public @Nullable String get(TableSchema schema, String column) {
        int index = schema.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("no column " + column + " in " + schema.name());
        }
        return values[index];
    }

    public boolean sameAt(Row other, int index) {
        return Objects.equals(values[index], other.values[index]);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** For tests and traces only: shows row data. */
    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
