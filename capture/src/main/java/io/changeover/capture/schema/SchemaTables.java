package io.changeover.capture.schema;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.debezium.relational.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parser's table to the table of the messages. */
public final class SchemaTables {

    private SchemaTables() {}

    /** @param version the table's schemas are counted from 1 */
    static CapturedTable captured(
            TableName name, Table parsed, TextCollations collations, int version, List<ForeignKey> foreignKeys) {
        List<Column> columns = new ArrayList<>();
        List<@Nullable String> charsets = new ArrayList<>();
        for (io.debezium.relational.Column column : parsed.columns()) {
            Column shown = ColumnTypes.column(column, collations.of(name, column.name()));
            columns.add(shown);
            charsets.add(ColumnTypes.charset(column, shown));
        }
        List<String> keyOrder = parsed.primaryKeyColumnNames();
        List<String> keyColumns = columns.stream()
                .map(Column::name)
                .filter(column -> keyOrder.stream().anyMatch(column::equalsIgnoreCase))
                .toList();
        List<String> index = keyOrder.stream()
                .map(key -> keyColumns.stream()
                        .filter(key::equalsIgnoreCase)
                        .findFirst()
                        .orElse(key))
                .toList();
        return new CapturedTable(new TableSchema(name, columns, keyColumns, version), charsets, index, foreignKeys);
    }
}
