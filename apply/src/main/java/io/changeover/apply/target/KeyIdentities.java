package io.changeover.apply.target;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.changeover.apply.guard.RowKey;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds the one text by which all spellings of a key are known. Numbers, times and exact texts are told here; for the other
 * collations MySQL is asked for its weights.
 */
final class KeyIdentities {

    private final List<TargetColumn> key;
    private final KeyTable table;
    private final List<Integer> weighed;

    KeyIdentities(List<TargetColumn> key) {
        this.key = key;
        this.table = new KeyTable(key);
        this.weighed = IntStream.range(0, key.size())
                .filter(i -> key.get(i).isText() && !key.get(i).isExactText())
                .boxed()
                .toList();
    }

    /** Whether two message keys can be one row here; only such rows can come over different partitions. */
    boolean haveSpellings() {
        return key.stream().anyMatch(TargetColumn::hasSpellings);
    }

    /** The keys of the rows with these values, in order. */
    List<RowKey> of(TargetSession session, List<List<String>> values) throws SQLException {
        List<RowKey> keys = new ArrayList<>(values.size());
        if (weighed.isEmpty() || values.isEmpty()) {
            values.forEach(row -> keys.add(new RowKey(identity(row, List.of()), row)));
            return keys;
        }
        String weights = weighed.stream()
                .map(i -> "HEX(WEIGHT_STRING(" + (key.get(i).padSpace() ? "RTRIM(q.k" + i + ")" : "q.k" + i) + "))")
                .collect(Collectors.joining(", "));
        PreparedStatement query = session.prepare("SELECT " + weights + " FROM " + table.table() + " ORDER BY q.n");
        query.setString(
                1, table.json(values.stream().map(row -> new RowKey("", row)).toList()));
        try (ResultSet rows = query.executeQuery()) {
            for (List<String> row : values) {
                if (!rows.next()) {
                    throw new SQLException("fewer weights than keys");
                }
                List<String> found = new ArrayList<>(weighed.size());
                for (int i = 1; i <= weighed.size(); i++) {
                    found.add(rows.getString(i));
                }
                keys.add(new RowKey(identity(row, found), row));
            }
        }
        return keys;
    }

    private String identity(List<String> values, List<String> weights) {
        if (key.size() == 1 && weights.isEmpty()) {
            return canonical(key.get(0), values.get(0));
        }
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < key.size(); i++) {
            text.append(i == 0 ? "[\"" : ",\"");
            if (weighed.contains(i)) {
                text.append(weights.get(next++));
            } else {
                JsonStringEncoder.getInstance().quoteAsString(canonical(key.get(i), values.get(i)), text);
            }
            text.append('"');
        }
        return text.append(']').toString();
    }

    private static String canonical(TargetColumn column, String value) {
        if (column.isText()) {
            return column.padSpace() || column.type().equals("char") ? value.replaceAll(" +$", "") : value;
        }
        return switch (column.type()) {
            case "decimal" ->
                value.indexOf('.') < 0
                        ? value
                        : new BigDecimal(value).stripTrailingZeros().toPlainString();
            case "float", "double" -> Double.toString(Double.parseDouble(value));
            case "datetime", "timestamp", "time" -> value.indexOf('.') < 0 ? value : value.replaceAll("\\.?0+$", "");
            default -> value;
        };
    }
}
