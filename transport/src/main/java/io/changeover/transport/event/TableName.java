package io.changeover.transport.event;

/** A table of one MySQL server, with the names exactly as MySQL has them. */
public record TableName(String schema, String table) implements Comparable<TableName> {

    public TableName {
        if (schema.isEmpty() || table.isEmpty()) {
            throw new IllegalArgumentException("empty name: '" + schema + "'.'" + table + "'");
        }
    }

    /** As SQL: {@code `schema`.`table`}. */
    public String quoted() {
        return quote(schema) + "." + quote(table);
    }

    /** An identifier as SQL, with backticks doubled. */
    public static String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : table.compareTo(other.table);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
