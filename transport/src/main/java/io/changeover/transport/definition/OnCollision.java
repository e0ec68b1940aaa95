package io.changeover.transport.definition;

/** What becomes of a row whose key another source's row has in the new table. That row is never touched. */
public enum OnCollision {
    /** It waits beside the table, visibly, and is tried again when the other one goes. */
    PARK,
    /** The table stops. */
    STOP
}
