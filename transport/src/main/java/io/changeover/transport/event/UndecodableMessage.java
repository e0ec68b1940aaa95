package io.changeover.transport.event;

/** A message that is no row change of ours. Its text never holds row data. */
public final class UndecodableMessage extends Exception {

    /** Why; what a reader does about it is the reader's to say. */
    public enum Reason {
        /** Not JSON, cut off, or nested or sized beyond reason. */
        NOT_JSON,
        /** A statement, which belongs in the {@code ddl} topic. */
        DDL,
        /** Without {@code changeover}: written by Canal itself or by another producer, so it has no version. */
        FOREIGN,
        /** Several rows in one message: Canal's own batching; order and {@code old} cannot be told per row. */
        SEVERAL_ROWS,
        /** Ours, and a field is missing or of another type. */
        MALFORMED
    }

    private final Reason reason;

    UndecodableMessage(Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
