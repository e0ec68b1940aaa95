package io.changeover.reconcile.table;

import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column of a primary key, as far as it decides about the order of the rows.
 *
 * @param whole whether the index has all of the value, in ascending order
 * @param collation null for what is not text
 * @param length characters or bytes; 0 for others
 * @param digits before the point, of a number
 * @param scale digits after the point, of a number or of a second
 */
record OrderedColumn(
        String name, String type, boolean whole, @Nullable String collation, long length, int digits, int scale) {

    /** More than any integer of MySQL has. */
    private static final int INTEGER_DIGITS = 20;

    /** In the order of the index; empty: there is none. */
    static List<OrderedColumn> primaryKey(Connection connection, TableName table) throws SQLException {
        String sql = "SELECT s.COLUMN_NAME, c.DATA_TYPE, s.SUB_PART IS NULL AND s.COLLATION = 'A', c.COLLATION_NAME,"
                + " c.CHARACTER_MAXIMUM_LENGTH, c.NUMERIC_PRECISION - c.NUMERIC_SCALE,"
                + " COALESCE(c.NUMERIC_SCALE, c.DATETIME_PRECISION)"
                + " FROM information_schema.STATISTICS s JOIN information_schema.COLUMNS c"
                + " ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME"
                + " WHERE s.TABLE_SCHEMA = ? AND s.TABLE_NAME = ? AND s.INDEX_NAME = 'PRIMARY' ORDER BY s.SEQ_IN_INDEX";
        List<OrderedColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new OrderedColumn(
                            rows.getString(1),
                            rows.getString(2).toLowerCase(Locale.ROOT),
                            rows.getBoolean(3),
                            rows.getString(4),
                            rows.getLong(5),
                            rows.getInt(6),
                            rows.getInt(7)));
                }
            }
        }
        return columns;
    }

    /** Whether every value of this column can stand in the new one, and all of them are in the same order there. */
    boolean isOrderedLike(OrderedColumn next) {
        return whole
                && next.whole
                && switch (type) {
                    case "tinyint", "smallint", "mediumint", "int", "bigint" ->
                        switch (next.type) {
                            case "tinyint", "smallint", "mediumint", "int", "bigint" -> true;
                            case "decimal" -> next.digits >= INTEGER_DIGITS;
                            default -> false;
                        };
                    case "decimal" -> next.type.equals(type) && next.digits >= digits && next.scale >= scale;
                    case "date" -> next.type.equals(type) || next.type.equals("datetime");
                    case "datetime" -> next.type.equals(type) && next.scale >= scale;
                    case "timestamp" -> (next.type.equals(type) || next.type.equals("datetime")) && next.scale >= scale;
                    case "year" -> next.type.equals(type);
                    // a BINARY(n) is filled up with zeros, and so would be a shorter bound in its index
                    case "binary" ->
                        next.type.equals(type)
                                ? next.length == length
                                : next.type.equals("varbinary") && isAsLong(next);
                    case "varbinary" -> next.type.equals(type) && isAsLong(next);
                    // a CHAR has lost the blanks at its end
                    case "char" -> (next.type.equals(type) || next.type.equals("varchar")) && isTextLike(next);
                    case "varchar" -> next.type.equals(type) && isTextLike(next);
                    // an ENUM is ordered by its numbers, a FLOAT and a TIME are not found by their texts
                    default -> false;
                };
    }

    private boolean isTextLike(OrderedColumn next) {
        return collation != null && Objects.equals(collation, next.collation) && isAsLong(next);
    }

    private boolean isAsLong(OrderedColumn next) {
        return next.length >= length;
    }

    /** A name as SQL text. */
    static String text(String name) {
        return "'" + name.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
