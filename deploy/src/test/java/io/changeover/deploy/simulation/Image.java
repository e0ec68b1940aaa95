package io.changeover.deploy.simulation;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import java.util.List;
import java.util.Locale;

/**
 * A row, of source and target alike.
 *
 * @param id primary key; the collation of table a ignores case
 * @param u value of a unique key, or null
 * @param f {@code out}: outside {@code where}; {@code bad}: the target refuses it
 * @param w number of the write that made it, over all tables: tells which of two images is older
 * @param c a column that a DDL adds
 */
record Image(String id, String u, String f, long w, String c) {

    static final TableName A = new TableName("trade", "a");
    static final TableName B = new TableName("trade", "b");
    static final List<TableName> TABLES = List.of(A, B);

    private static final TableSchema[][] SCHEMAS = {
        {schema(A, false), schema(A, true)}, {schema(B, false), schema(B, true)}
    };

    private static TableSchema schema(TableName table, boolean altered) {
        Column id = new Column("id", "varchar(20)", 12);
        Column u = new Column("u", "varchar(20)", 12);
        Column f = new Column("f", "varchar(20)", 12);
        Column w = new Column("w", "bigint", -5);
        Column c = new Column("c", "varchar(20)", 12);
        return altered
                ? new TableSchema(table, List.of(id, u, f, w, c), List.of("id"), 2)
                : new TableSchema(table, List.of(id, u, f, w), List.of("id"), 1);
    }

    static TableSchema schemaOf(TableName table, boolean altered) {
        return SCHEMAS[source(table) - 1][altered ? 1 : 0];
    }

    /** The source number of a table. */
    static int source(TableName table) {
        return table.equals(A) ? 1 : 2;
    }

    Row in(TableSchema schema) {
        return schema.columns().size() == 5
                ? Row.of(id, u, f, Long.toString(w), c)
                : Row.of(id, u, f, Long.toString(w));
    }

    static Image of(Row row) {
        return new Image(
                row.get(0), row.get(1), row.get(2), Long.parseLong(row.get(3)), row.size() == 5 ? row.get(4) : "d");
    }

    static Row keyRow(TableSchema schema, String id) {
        return schema.columns().size() == 5 ? Row.of(id, null, null, null, null) : Row.of(id, null, null, null);
    }

    /** What the source's collation takes for one key. */
    static String sourceIdentity(TableName table, String id) {
        return table.equals(A) ? id.toLowerCase(Locale.ROOT) : id;
    }

    /** The row of the new table: both tables merge into it, and have one key in common. */
    static String identity(TableName table, String id) {
        return table.equals(A) ? id.toLowerCase(Locale.ROOT) : id.equals("x") ? "x" : "b" + id;
    }

    Image with(String newU, String newF, String newC, long newW) {
        return new Image(id, newU, newF, newW, newC);
    }

    Image renamed(String newId, long newW) {
        return new Image(newId, u, f, newW, c);
    }
}
