package io.changeover.capture.engine;

import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import java.util.function.Consumer;

/**
 * Keeps the engine from keeping a schema history: statements go to our {@link io.changeover.capture.schema.SchemaBook}, whose
 * history is published in the transaction of the rows. Made by the engine, by name.
 */
public final class OutsideHistory extends AbstractSchemaHistory {

    @Override
    protected void storeRecord(HistoryRecord record) {
        throw new IllegalStateException("a statement reached the engine's own schema history");
    }

    @Override
    protected void recoverRecords(Consumer<HistoryRecord> records) {
        // the engine needs no schemas
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public boolean storageExists() {
        return true;
    }
}
