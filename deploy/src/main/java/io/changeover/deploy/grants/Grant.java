package io.changeover.deploy.grants;

import io.changeover.transport.event.TableName;
import java.util.List;

/**
 * Privileges on one object.
 *
 * @param schema {@code *} for all
 * @param table {@code *} for all
 * @param why which part needs it, and for what
 * @param optional whether everything works without it, and only less is told
 */
public record Grant(List<String> privileges, String schema, String table, String why, boolean optional) {

    public Grant {
        privileges = List.copyOf(privileges);
    }

    static Grant global(String why, String... privileges) {
        return new Grant(List.of(privileges), "*", "*", why, false);
    }

    static Grant onTable(TableName table, String why, String... privileges) {
        return new Grant(List.of(privileges), table.schema(), table.table(), why, false);
    }

    static Grant onSchema(String schema, String why, String... privileges) {
        return new Grant(List.of(privileges), schema, "*", why, false);
    }

    Grant orLess() {
        return new Grant(privileges, schema, table, why, true);
    }

    /** The statement; {@code account} as SQL. */
    public String statement(String account) {
        return "GRANT " + String.join(", ", privileges) + " ON " + quoted(schema) + "." + quoted(table) + " TO "
                + account + ";";
    }

    private static String quoted(String name) {
        return name.equals("*") ? name : TableName.quote(name);
    }
}
