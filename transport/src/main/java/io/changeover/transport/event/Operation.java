package io.changeover.transport.event;

/** What happened to the row; the {@code type} of a message. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE
}
