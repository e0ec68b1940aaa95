package io.changeover.reconcile.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** SQL that goes through a table in the order of its key, from where the last chunk ended. */
record Keyset(List<String> expressions, List<ColumnType> types) {

    String orderBy() {
        return " ORDER BY " + String.join(", ", expressions);
    }

    /** Rows after {@code after} and up to {@code upTo}; null: no bound there. Null where there is none at all. */
    @Nullable
    String between(@Nullable List<@Nullable String> after, @Nullable List<@Nullable String> upTo) {
        if (after == null) {
            return upTo == null ? null : upTo(upTo);
        }
        return upTo == null ? after(after) : after(after) + " AND " + upTo(upTo);
    }

    /**
     * Spelled out ({@code a > 1 OR a = 1 AND b > 2}): MySQL reads the row form {@code (a, b) > (1, 2)} without the index.
     * The first column's own bound lets it use the index even where OR would not.
     */
    private String after(List<@Nullable String> last) {
        return bounded(last, ">", ">");
    }

    private String upTo(List<@Nullable String> last) {
        return bounded(last, "<", "<=");
    }

    private String bounded(List<@Nullable String> bound, String beyond, String atTheEnd) {
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            String equal = IntStream.range(0, i)
                    .mapToObj(n -> compared(n, "=", bound) + " AND ")
                    .collect(Collectors.joining());
            cases.add(equal + compared(i, i == expressions.size() - 1 ? atTheEnd : beyond, bound));
        }
        return compared(0, beyond + "=", bound) + " AND (" + String.join(" OR ", cases) + ")";
    }

    private String compared(int index, String operator, List<@Nullable String> bound) {
        return expressions.get(index) + " " + operator + " " + types.get(index).literal(bound.get(index));
    }
}
