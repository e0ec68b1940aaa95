package io.changeover.reconcile.table;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of one side that have given keys of the new table, as that side's server compares keys. */
public final class FoundRows {

    private final TableReader reader;
    private final Map<List<@Nullable String>, RawRow> rows = new HashMap<>();

    private FoundRows(TableReader reader) {
        this.reader = reader;
    }

    /** The old rows that the mapping makes those rows of. */
    public static FoundRows ofSource(TableReader mapped, ComparedTable table, List<List<@Nullable String>> keys)
            throws SQLException {
        int[] taken = table.takenKeys();
        return new FoundRows(mapped).read(table, keys, key -> {
            List<@Nullable String> lookedUp = new ArrayList<>();
            for (int index : taken) {
                lookedUp.add(key.get(index));
            }
            return lookedUp;
        });
    }

    /** The rows of the new table. */
    public static FoundRows ofTarget(TableReader stored, ComparedTable table, List<List<@Nullable String>> keys)
            throws SQLException {
        return new FoundRows(stored).read(table, keys, key -> key);
    }

    private interface Lookup {
        List<@Nullable String> of(List<@Nullable String> key);
    }

    private FoundRows read(ComparedTable table, List<List<@Nullable String>> keys, Lookup lookup) throws SQLException {
        Map<String, RawRow> byText = new HashMap<>();
        List<RawRow> found = reader.find(keys.stream().map(lookup::of).toList());
        found.forEach(row -> byText.put(reader.keyText(row), row));
        Set<String> asked = new HashSet<>();
        keys.forEach(key -> asked.add(reader.keyText(key)));
        boolean otherwiseWritten = !asked.containsAll(byText.keySet());
        for (List<@Nullable String> key : keys) {
            RawRow row = byText.get(reader.keyText(key));
            if (row == null && otherwiseWritten) {
                row = alone(table, key, lookup);
            }
            if (row != null) {
                rows.put(key, row);
            }
        }
        return this;
    }

    /** The server may take a key for the same that is written in another way, and only it can say so. */
    private @Nullable RawRow alone(ComparedTable table, List<@Nullable String> key, Lookup lookup) throws SQLException {
        for (RawRow row : reader.find(List.of(lookup.of(key)))) {
            if (table.sameConstants(reader.keys(row), key)) {
                return row;
            }
        }
        return null;
    }

    /** The row of the key; null where there is none. */
    public @Nullable RawRow of(List<@Nullable String> key) {
        return rows.get(key);
    }
}
