package io.changeover.transport.definition;

/** What becomes of an old table whose columns change. */
public enum OnDdl {
    /** It goes on where no mapped column is touched in a way that may change what its rows hold. */
    IGNORE,
    /** Its capture stops, whatever changed. */
    STOP
}
