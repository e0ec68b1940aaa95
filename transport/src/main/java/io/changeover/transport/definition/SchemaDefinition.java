package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wildcard, {@code legacy.trade.*} to {@code shop.orders.*}: every table of the old schema, each to the new table of the
 * same name, columns by name. To a table that has parts only it adds the one without.
 */
public record SchemaDefinition(
        String sourceName,
        String sourceSchema,
        String targetName,
        String targetSchema,
        OnError onError,
        List<String> triggers,
        int parkLimit,
        OnDdl onDdl,
        List<String> cascades) {

    public SchemaDefinition {
        triggers = List.copyOf(triggers);
        cascades = List.copyOf(cascades);
    }

    boolean covers(TableName table) {
        return table.schema().equals(sourceSchema);
    }

    /** @param part of the table that has an entry: how it is captured stands there */
    TableDefinition of(TableName table, @Nullable TableDefinition part) {
        TableDefinition plain =
                TableDefinition.copying(sourceName, table, targetName, new TableName(targetSchema, table.table()));
        return new TableDefinition(
                plain.sourceName(),
                plain.source(),
                plain.targetName(),
                plain.target(),
                plain.key(),
                null,
                null,
                null,
                onError,
                part == null ? null : part.topic(),
                triggers,
                parkLimit,
                part == null ? onDdl : part.onDdl(),
                part == null ? cascades : part.cascades(),
                OnCollision.PARK,
                null);
    }

    /** As it is named in messages: {@code source.schema.*}. */
    public String label() {
        return sourceName + "." + sourceSchema + ".*";
    }
}
