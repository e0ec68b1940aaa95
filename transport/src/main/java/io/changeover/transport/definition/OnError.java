package io.changeover.transport.definition;

/** What becomes of a row that the new table refuses. */
public enum OnError {
    /** It is kept with its reason, visibly, and the table goes on. */
    PARK,
    /** The table stops. */
    STOP
}
