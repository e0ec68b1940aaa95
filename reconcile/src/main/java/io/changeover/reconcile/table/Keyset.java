package io.changeover.reconcile.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** SQL that goes through a table in the order of its key, from where the last chunk ended. */
record Keyset(List<String> expressions, List<ColumnType> types) {

    String orderBy() {
        return " ORDER BY " + String.join(", ", expressions);
    }

    /**
     * Rows after {@code last}, spelled out ({@code a > 1 OR a = 1 AND b > 2}): MySQL reads the row form {@code (a, b) > (1,
     * 2)} without the index. The first column's own bound lets it use the index even where OR would not.
     */
    String after(RawRow last) {
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            String equal = IntStream.range(0, i)
                    .mapToObj(n -> compared(n, "=", last) + " AND ")
                    .collect(Collectors.joining());
            cases.add(equal + compared(i, ">", last));
        }
        return compared(0, ">=", last) + " AND (" + String.join(" OR ", cases) + ")";
    }

    private String compared(int index, String operator, RawRow last) {
        return expressions.get(index) + " " + operator + " " + types.get(index).literal(last.get(index));
    }
}
