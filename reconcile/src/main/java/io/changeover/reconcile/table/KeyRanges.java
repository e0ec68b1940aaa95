package io.changeover.reconcile.table;

import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table whose keys lie in one order on both sides: the rows of a range of the old primary key belong into the same range
 * of the new one. Then each side can be read once, range by range.
 *
 * <p>The primary keys must be the same columns in the same order, constants of the mapping left out, and each pair of columns of
 * types that are ordered alike. The new column must hold every value of the old one: a bound that does not fit into it is not
 * a safe one, for MySQL may shorten it on its way into the index.
 */
public final class KeyRanges {

    private final ComparedTable table;
    private final List<KeyColumn> walked;
    private final Map<KeyColumn, String> constants;
    private final long rowBytes;

    private KeyRanges(ComparedTable table, List<KeyColumn> walked, Map<KeyColumn, String> constants, long rowBytes) {
        this.table = table;
        this.walked = walked;
        this.constants = constants;
        this.rowBytes = rowBytes;
    }

    /** None where the keys are not in one order, as far as that can be known. */
    public static Optional<KeyRanges> of(ComparedTable table, Connection source, Connection target)
            throws SQLException {
        List<OrderedColumn> old = OrderedColumn.primaryKey(source, table.source());
        List<OrderedColumn> next = OrderedColumn.primaryKey(target, table.target());
        Map<String, KeyColumn> byName = table.key().stream()
                .collect(Collectors.toMap(column -> lower(column.name()), column -> column, (one, other) -> one));
        Map<KeyColumn, String> constants = constants(table, source);
        List<KeyColumn> walked = new ArrayList<>();
        for (OrderedColumn column : next) {
            KeyColumn key = byName.remove(lower(column.name()));
            if (key == null) {
                return Optional.empty();
            }
            if (key.oldName() == null) {
                if (!constants.containsKey(key)) {
                    return Optional.empty();
                }
                continue;
            }
            int at = walked.size();
            boolean alike = at < old.size()
                    && lower(old.get(at).name()).equals(lower(key.oldName()))
                    && old.get(at).isOrderedLike(column);
            if (!alike) {
                return Optional.empty();
            }
            walked.add(key);
        }
        boolean whole = byName.isEmpty() && walked.size() == old.size() && !walked.isEmpty();
        return whole
                ? Optional.of(new KeyRanges(table, walked, constants, rowBytes(source, table.source())))
                : Optional.empty();
    }

    /** The new table's rows of this mapping's constants, in the order of the old primary key. */
    public TableReader stored(Connection target) {
        return TableReader.ofTarget(target, table, walked, constants.isEmpty() ? null : mine(), true);
    }

    /** The new table's rows that have the constants of none of these mappings; none where one has no constants. */
    public static Optional<TableReader> strangers(Connection target, List<KeyRanges> mappings) {
        if (mappings.stream().anyMatch(mapping -> mapping.constants.isEmpty())) {
            return Optional.empty();
        }
        String none =
                mappings.stream().map(mapping -> "NOT (" + mapping.mine() + ")").collect(Collectors.joining(" AND "));
        ComparedTable table = mappings.get(0).table;
        return Optional.of(TableReader.ofTarget(target, table, table.key(), none, false));
    }

    /** Whether no row of the new table has the constants of both. False where that is not sure. */
    public boolean isApartFrom(KeyRanges other) {
        return constants.entrySet().stream()
                .anyMatch(mine -> other.constants.entrySet().stream()
                        .anyMatch(theirs ->
                                mine.getKey().name().equals(theirs.getKey().name())
                                        && !text(mine).equals(text(theirs))));
    }

    /** Whether a row of the old table reads the same for both: shards that differ in nothing but their names. */
    public boolean readsLike(KeyRanges other) {
        return table.key().equals(other.table.key())
                && table.columns().equals(other.table.columns())
                && walked.equals(other.walked);
    }

    /** MySQL's own guess. */
    public long rowBytes() {
        return rowBytes;
    }

    private String mine() {
        return constants.entrySet().stream()
                .map(constant -> TableReader.lookup(
                                constant.getKey().type(), constant.getKey().name())
                        + " = " + constant.getKey().type().literal(constant.getValue()))
                .collect(Collectors.joining(" AND "));
    }

    private static String text(Map.Entry<KeyColumn, String> constant) {
        return lower(Values.keyText(constant.getValue(), constant.getKey().type()));
    }

    private static Map<KeyColumn, String> constants(ComparedTable table, Connection source) throws SQLException {
        Map<KeyColumn, String> constants = new LinkedHashMap<>();
        for (KeyColumn column : table.key()) {
            if (column.oldName() == null) {
                String value = one(source, "SELECT " + column.mapped()).get(0);
                if (value != null) {
                    constants.put(column, value);
                }
            }
        }
        return constants;
    }

    private static long rowBytes(Connection source, TableName table) throws SQLException {
        List<@Nullable String> found = one(
                source,
                "SELECT AVG_ROW_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                        + OrderedColumn.text(table.schema()) + " AND TABLE_NAME = "
                        + OrderedColumn.text(table.table()));
        String value = found.isEmpty() ? null : found.get(0);
        return value == null ? 0 : Long.parseLong(value);
    }

    private static List<@Nullable String> one(Connection connection, String query) throws SQLException {
        List<@Nullable String> value = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                value.add(RawRow.read(rows, 1).get(0));
            }
        }
        return value;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
