package io.changeover.capture.backfill;

import io.changeover.transport.event.TableName;

/** Is told how far a table's backfill is, once that is durable. */
@FunctionalInterface
public interface BackfillListener {

    void advanced(TableName table, BackfillMark mark);
}
