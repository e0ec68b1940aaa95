package io.changeover.transport.definition.yaml;

import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands at {@code source} and {@code target} of a table: {@code server.schema.table}. Names with a dot are backquoted.
 *
 * @param table null for the wildcard {@code *}
 */
record TablePlace(String server, String schema, @Nullable String table) {

    private static final Pattern PART = Pattern.compile("`((?:[^`]|``)+)`|([^`.]+)");

    /** @throws IllegalArgumentException when it is nothing of the kind */
    static TablePlace parse(String text) {
        List<String> parts = new ArrayList<>();
        boolean wildcard = false;
        Matcher part = PART.matcher(text);
        int from = 0;
        while (from < text.length() && part.region(from, text.length()).lookingAt()) {
            String quoted = part.group(1);
            wildcard = quoted == null && part.group().equals("*");
            parts.add(quoted == null ? part.group() : quoted.replace("``", "`"));
            from = part.end();
            if (from < text.length() && text.charAt(from) == '.' && parts.size() < 3) {
                from++;
            }
        }
        if (parts.size() != 3 || from != text.length() || text.endsWith(".")) {
            throw new IllegalArgumentException("found `" + text + "`");
        }
        if (text.contains("*") && !wildcard) {
            throw new IllegalArgumentException(
                    "`*` stands for all tables of a schema and for nothing else: `" + text + "`");
        }
        return new TablePlace(parts.get(0), parts.get(1), wildcard ? null : parts.get(2));
    }

    boolean isWildcard() {
        return table == null;
    }

    TableName name() {
        if (table == null) {
            throw new IllegalStateException("a wildcard is no table: " + this);
        }
        return new TableName(schema, table);
    }

    /** As it is written in the definition. */
    @Override
    public String toString() {
        return server + "." + written(schema) + "." + (table == null ? "*" : written(table));
    }

    private static String written(String name) {
        return name.matches("[^`.*]+") ? name : TableName.quote(name);
    }
}
