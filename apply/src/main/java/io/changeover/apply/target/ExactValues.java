package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.TableName;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads columns of a row that is there such that, bound again, they are exactly what they were. */
record ExactValues(TargetSession session, TargetPlace place) {

    /** The values of the columns, as they are bound; null when the row is not there. */
    @Nullable
    Object @Nullable [] of(RowKey key, List<TargetColumn> columns) throws SQLException {
        PreparedStatement query = session.prepare(
                "SELECT " + columns.stream().map(ExactValues::exact).collect(Collectors.joining(", ")) + place.found());
        query.setString(1, place.keys().json(List.of(key)));
        try (ResultSet found = query.executeQuery()) {
            if (!found.next()) {
                return null;
            }
            @Nullable Object[] values = new Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(found, i + 1, columns.get(i));
            }
            return values;
        }
    }

    /** The column as a text that is exactly its value again. */
    private static String exact(TargetColumn column) {
        String name = "t." + TableName.quote(column.name());
        return switch (column.type()) {
            case "float" -> "CAST(" + name + " AS DOUBLE)";
            case "bit" -> name + " + 0";
            default -> name;
        };
    }

    private static @Nullable Object value(ResultSet row, int index, TargetColumn column) throws SQLException {
        if (column.isBinary()) {
            return row.getBytes(index);
        }
        String text = row.getString(index);
        return text != null && column.type().equals("bit") ? new BigInteger(text) : text;
    }
}
