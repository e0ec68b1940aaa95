package io.changeover.apply.target;

import io.changeover.apply.stream.Received;
import org.jspecify.annotations.Nullable;

/**
 * A row of the new table, ready to be bound.
 *
 * @param values by the layout's columns: String, byte[], BigInteger, or null
 * @param origin the message that it was made of
 * @param refusal why the row could not be made of the message; null when it could
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; made for every row
public record MappedRow(
        RowLayout layout,
        @Nullable Object[] values,
        Received origin,
        @Nullable String refusal) {

    private static final int PER_VALUE = 4;

    /** About the bytes that the row adds to a statement. */
    long statementBytes() {
        long bytes = 48;
        for (Object value : values) {
            bytes += PER_VALUE;
            if (value instanceof String text) {
                bytes += text.length();
            } else if (value instanceof byte[] binary) {
                bytes += 2L * binary.length;
            } else if (value != null) {
                bytes += 24;
            }
        }
        return bytes;
    }
}
