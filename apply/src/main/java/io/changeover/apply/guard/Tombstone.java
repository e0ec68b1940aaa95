package io.changeover.apply.guard;

import io.changeover.transport.event.Version;

/** A delete to remember, so that nothing older of its source brings the row back. */
public record Tombstone(RowKey key, Version version) {}
