package io.changeover.reconcile.table;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One old table and the new table that its rows go to (or one shard of it), as both servers have them now.
 *
 * @param label as the table is named in messages
 * @param condition SQL over the old table for the rows that must be in the new one; null: all
 * @param walk the old table's primary key in index order
 * @param estimatedRows of the old table
 */
public record ComparedTable(
        String label,
        TableName source,
        TableName target,
        @Nullable String condition,
        List<TableColumns.Found> walk,
        List<KeyColumn> key,
        List<ComparedColumn> columns,
        long estimatedRows) {

    public ComparedTable {
        walk = List.copyOf(walk);
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }

    /**
     * Looks both tables up.
     *
     * @param target the new table, which for a shard is not the definition's
     * @param condition SQL over the old table; null: all rows
     * @throws ChangeoverException (10, 11) when the tables are not as the mapping says
     */
    public static ComparedTable resolve(
            TableDefinition definition,
            TableName target,
            @Nullable String condition,
            Connection sourceServer,
            Connection targetServer)
            throws SQLException {
        TableColumns old = TableColumns.read(sourceServer, definition.source());
        TableColumns next = TableColumns.read(targetServer, target);
        if (old.primaryKey().isEmpty()) {
            throw refused(definition, ExitCode.PREFLIGHT, definition.source() + " is missing or has no primary key");
        }
        if (next.columns().isEmpty()) {
            throw refused(
                    definition, ExitCode.CONFIG, "there is no table " + target + " on " + definition.targetName());
        }

        Map<String, MappingExpression> keyMapping = new LinkedHashMap<>(definition.key());
        if (keyMapping.isEmpty()) {
            old.primaryKey().forEach(column -> keyMapping.put(column, MappingExpression.column(column)));
        }
        List<KeyColumn> key = new ArrayList<>();
        List<ComparedColumn> columns = new ArrayList<>();
        keyMapping.forEach((name, expression) -> {
            TableColumns.Found column = newColumn(definition, next, name);
            ColumnType oldType = oldType(old, expression, column.type());
            String plain = expression.plainColumn();
            String unlike = plain == null ? null : unlike(old.declared(plain), column.declared());
            if (unlike != null) {
                throw refused(
                        definition,
                        ExitCode.PREFLIGHT,
                        "the key " + column.name() + " is " + unlike + " than " + plain
                                + ": such keys cannot be compared");
            }
            key.add(new KeyColumn(
                    column.name(),
                    column.type(),
                    expression.sql(),
                    expression.plainColumn(),
                    expression.isPlainColumn() ? oldType : null));
        });
        // in the order of the new key: tables that meet there may name it in any
        key.sort(Comparator.comparingInt(column -> next.keyIndex(column.name())));
        columnMapping(definition, old, next, keyMapping).forEach((name, expression) -> {
            TableColumns.Found column = newColumn(definition, next, name);
            ColumnType oldType = oldType(old, expression, column.type());
            columns.add(new ComparedColumn(
                    column.name(),
                    column.type().shown(shown(old, expression, oldType, column.type())),
                    column.type().shown(column.told(TableName.quote(column.name()))),
                    oldType,
                    column.type()));
        });
        List<TableColumns.Found> walk = old.primaryKey().stream()
                .map(name -> old.find(name).orElseThrow())
                .toList();
        return new ComparedTable(
                definition.label(), definition.source(), target, condition, walk, key, columns, old.estimatedRows());
    }

    /** Why a key is not found by its text: the new type fills it up, sorts it, or writes it in another way. */
    private static @Nullable String unlike(String old, String next) {
        if (old.startsWith("binary(") && next.startsWith("binary(") && !old.equals(next)) {
            return "a BINARY of another length";
        }
        boolean sets = old.startsWith("set(") && next.startsWith("set(");
        if (sets && !next.startsWith(old.substring(0, old.length() - 1))) {
            return "a SET with its labels in another order";
        }
        return isFloating(old) && !isFloating(next) ? "written in another way" : null;
    }

    private static boolean isFloating(String declared) {
        return declared.startsWith("float") || declared.startsWith("double");
    }

    /** A FLOAT or BIT of the old table must be shown in full, too, whatever it becomes; a number takes the number of a label. */
    private static String shown(TableColumns old, MappingExpression expression, ColumnType oldType, ColumnType type) {
        String plain = expression.plainColumn();
        String sql = plain == null
                ? expression.sql()
                : old.find(plain).map(column -> column.told(expression.sql())).orElse(expression.sql());
        if (oldType.equals(type) || oldType.base().equals("json")) {
            return sql;
        }
        boolean toNumber = oldType.hasLabels() && type.takesNumbers();
        return toNumber ? "CAST(" + sql + " AS UNSIGNED)" : oldType.shown(sql);
    }

    /** A key of the new table as people write it: {@code order_id=7, origin=legacy-a}. */
    public String shownKey(List<@Nullable String> values) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            String value = values.get(i);
            shown.add(key.get(i).name() + "="
                    + (value == null ? "NULL" : Values.shown(value, key.get(i).type())));
        }
        return String.join(", ", shown);
    }

    /** Names of the new table's key columns, in the order of keys. */
    public List<String> newKey() {
        return key.stream().map(KeyColumn::name).toList();
    }

    public int keyWidth() {
        return key.size();
    }

    /** Names of the old table's key columns. */
    public List<String> oldKey() {
        return walk.stream().map(TableColumns.Found::name).toList();
    }

    /** Indexes of the key columns that are old key columns, not constants. */
    int[] takenKeys() {
        return IntStream.range(0, key.size()).filter(i -> !isConstantKey(i)).toArray();
    }

    /** Whether two keys of the new table have the same constants, and so come of one mapping. */
    public boolean sameConstants(List<@Nullable String> one, List<@Nullable String> other) {
        return IntStream.range(0, key.size())
                .filter(this::isConstantKey)
                .allMatch(i -> Values.keyText(one.get(i), key.get(i).type())
                        .equals(Values.keyText(other.get(i), key.get(i).type())));
    }

    /**
     * Whether a row of the new table with this key can be of this mapping: by the constants of the key.
     *
     * @param source tells their values
     */
    public boolean canBeOf(List<@Nullable String> key, Connection source) throws SQLException {
        List<String> constants = this.key.stream()
                .filter(column -> column.oldName() == null)
                .map(KeyColumn::mapped)
                .toList();
        if (constants.isEmpty()) {
            return true;
        }
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + String.join(", ", constants))) {
            row.next();
            RawRow values = RawRow.read(row, constants.size());
            List<@Nullable String> mine = new ArrayList<>(key);
            int next = 0;
            for (int i = 0; i < this.key.size(); i++) {
                if (isConstantKey(i)) {
                    mine.set(i, values.get(next++));
                }
            }
            return sameConstants(mine, key);
        }
    }

    /** Whether the key column has the same value for every row of this mapping. */
    public boolean isConstantKey(int index) {
        return key.get(index).oldName() == null;
    }

    public boolean isConstantKey(String name) {
        return key.stream()
                .anyMatch(column -> column.oldName() == null && column.name().equals(name));
    }

    /** Without {@code columns}, every column that both tables have by the same name is copied. */
    private static Map<String, MappingExpression> columnMapping(
            TableDefinition definition, TableColumns old, TableColumns next, Map<String, MappingExpression> key) {
        if (definition.columns() != null) {
            return definition.columns();
        }
        Map<String, MappingExpression> same = new LinkedHashMap<>();
        for (TableColumns.Found column : next.columns()) {
            boolean isKey = key.keySet().stream().anyMatch(column.name()::equalsIgnoreCase);
            Optional<TableColumns.Found> found = old.find(column.name());
            if (!isKey && !column.generated() && found.isPresent()) {
                same.put(column.name(), MappingExpression.column(found.get().name()));
            }
        }
        return same;
    }

    private static TableColumns.Found newColumn(TableDefinition definition, TableColumns next, String name) {
        return next.find(name)
                .orElseThrow(() -> refused(
                        definition,
                        ExitCode.CONFIG,
                        "the new table " + definition.target() + " has no column " + name));
    }

    private static ColumnType oldType(TableColumns old, MappingExpression expression, ColumnType otherwise) {
        String plain = expression.plainColumn();
        return plain == null
                ? otherwise
                : old.find(plain).map(TableColumns.Found::type).orElse(otherwise);
    }

    private static ChangeoverException refused(TableDefinition definition, ExitCode code, String cause) {
        return new ChangeoverException(
                new Problem(code, "table " + definition.label(), cause, "run `changeover check` for what to mend"));
    }
}
