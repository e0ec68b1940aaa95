package io.changeover.transport.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a message says of the collations of its table: {@code "collation"} is that of most text columns, {@code "collations"}
 * those of the others. Nearly every table has one only, and each row repeats it.
 */
final class Collations {

    private Collations() {}

    /** The fields with a comma before each; empty for a table without texts. */
    static String json(TableSchema schema) {
        Map<String, String> known = new LinkedHashMap<>();
        boolean allKnown = true;
        for (Column column : schema.columns()) {
            if (column.collation() != null) {
                known.put(column.name(), column.collation());
            }
            allKnown &= column.collation() != null || !column.isText();
        }
        // a column of which it is not known must not be taken for one of the most
        String most = allKnown ? mostly(known) : null;
        String others = known.entrySet().stream()
                .filter(column -> !column.getValue().equals(most))
                .map(column -> CanalTable.quoted(column.getKey()) + ":" + CanalTable.quoted(column.getValue()))
                .collect(Collectors.joining(","));
        return (most == null ? "" : ",\"collation\":" + CanalTable.quoted(most))
                + (others.isEmpty() ? "" : ",\"collations\":{" + others + "}");
    }

    private static @Nullable String mostly(Map<String, String> byColumn) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        byColumn.values().forEach(collation -> counts.merge(collation, 1, Integer::sum));
        String most = null;
        for (String collation : counts.keySet()) {
            boolean more = most == null
                    || Objects.requireNonNull(counts.get(collation)) > Objects.requireNonNull(counts.get(most));
            most = more ? collation : most;
        }
        return most;
    }
}
