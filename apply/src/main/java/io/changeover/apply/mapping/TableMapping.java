package io.changeover.apply.mapping;

import io.changeover.apply.target.RowLayout;
import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mapping of one table, for one schema of the old table: which new column gets what. Columns that are taken over are
 * bound here; the others are {@link #expressions}, which MySQL evaluates. Immutable and thread-safe.
 */
public final class TableMapping {

    /** Where a new column's value comes from: an old column, or else an expression's result. */
    private record Part(
            TargetColumn column, int sourceIndex, @Nullable Binding binding, int expression) {}

    private final TableDefinition definition;
    private final TableSchema schema;
    private final RowLayout layout;
    private final List<Part> parts = new ArrayList<>();
    private final List<Part> keyParts = new ArrayList<>();
    private final List<MappingExpression> expressions = new ArrayList<>();
    private final RowExpressions asked;

    /**
     * Brings definition and tables together.
     *
     * @throws ChangeoverException (17) when one names a column that the other does not have
     */
    public TableMapping(TableDefinition definition, TableSchema schema, TargetTable target) {
        this.definition = definition;
        this.schema = schema;
        Map<TargetColumn, MappingExpression> columns = new LinkedHashMap<>();
        key(definition, target).forEach((column, expression) -> columns.put(column, expression));
        rest(definition, schema, target).forEach(columns::putIfAbsent);
        columns.forEach((column, expression) -> parts.add(part(column, expression)));
        layout = new RowLayout(target, parts.stream().map(Part::column).toList());
        for (TargetColumn column : target.key()) {
            keyParts.add(parts.stream()
                    .filter(part -> part.column().equals(column))
                    .findFirst()
                    .orElseThrow(() -> drift("no mapping of the new table's key column " + column.name())));
        }
        if (definition.where() != null) {
            definition.where().columns().forEach(this::indexOf);
        }
        if (definition.shards() != null) {
            definition.shards().by().columns().forEach(this::indexOf);
        }
        asked = new RowExpressions(schema, List.copyOf(expressions), definition.where());
    }

    /** The key columns' expressions; where none is given, the old key column of the same name. */
    private Map<TargetColumn, MappingExpression> key(TableDefinition table, TargetTable target) {
        Map<TargetColumn, MappingExpression> key = new LinkedHashMap<>();
        table.key().forEach((column, expression) -> key.put(column(target, column), expression));
        if (table.key().isEmpty()) {
            target.key().forEach(column -> key.put(column, MappingExpression.column(column.name())));
        }
        return key;
    }

    private Map<TargetColumn, MappingExpression> rest(TableDefinition table, TableSchema old, TargetTable target) {
        Map<TargetColumn, MappingExpression> rest = new LinkedHashMap<>();
        Map<String, MappingExpression> named = table.columns();
        if (named != null) {
            named.forEach((column, expression) -> rest.put(column(target, column), expression));
            return rest;
        }
        for (TargetColumn column : target.columns()) {
            old.columns().stream()
                    .filter(same -> same.name().equalsIgnoreCase(column.name()) && !column.generated())
                    .forEach(same -> rest.put(column, MappingExpression.column(same.name())));
        }
        return rest;
    }

    private TargetColumn column(TargetTable target, String name) {
        return target.column(name)
                .orElseThrow(() -> drift("the new table " + target.name() + " has no column " + name));
    }

    private Part part(TargetColumn column, MappingExpression expression) {
        String plain = expression.plainColumn();
        if (plain != null) {
            int index = indexOf(plain);
            return new Part(column, index, Binding.of(schema.columns().get(index), column), -1);
        }
        expression.columns().forEach(this::indexOf);
        expressions.add(expression);
        return new Part(column, -1, null, expressions.size() - 1);
    }

    private int indexOf(String old) {
        for (int i = 0; i < schema.columns().size(); i++) {
            if (schema.columns().get(i).name().equalsIgnoreCase(old)) {
                return i;
            }
        }
        throw drift("the old table has no column " + old + " (schema version " + schema.version() + ")");
    }

    private ChangeoverException drift(String cause) {
        return new ChangeoverException(new Problem(
                ExitCode.SCHEMA_DRIFT,
                definition.label(),
                cause,
                "bring the mapping and the tables together, then start again"));
    }

    public TableSchema schema() {
        return schema;
    }

    public RowLayout layout() {
        return layout;
    }

    /** What MySQL has to evaluate for a row, in the order in which {@link #values} takes the results. */
    RowExpressions expressions() {
        return asked;
    }

    /** Expressions of the key, which are constants: a delete needs them, too. */
    public List<MappingExpression> constants() {
        return keyParts.stream()
                .filter(part -> part.expression() >= 0)
                .map(part -> expressions.get(part.expression()))
                .toList();
    }

    /** Whether rows can be mapped without asking MySQL. */
    public boolean isPlain() {
        return expressions.isEmpty() && definition.where() == null;
    }

    /**
     * The values of the new row, by the layout's columns.
     *
     * @param results of the expressions, already as they are bound
     * @throws IllegalArgumentException when a text of the message is none of its column's type
     */
    public @Nullable Object[] values(Row row, List<? extends @Nullable Object> results) {
        @Nullable Object[] values = new Object[parts.size()];
        for (int i = 0; i < values.length; i++) {
            Part part = parts.get(i);
            values[i] = part.binding() == null ? results.get(part.expression()) : bound(part, part.binding(), row);
        }
        return values;
    }

    private static @Nullable Object bound(Part part, Binding binding, Row row) {
        String text = row.get(part.sourceIndex());
        return text == null ? null : binding.bind(text);
    }

    /**
     * The values of the new key, in the new table's key order.
     *
     * @param constants the values of {@link #constants}
     */
    public List<String> key(Row row, List<String> constants) {
        List<String> key = new ArrayList<>(keyParts.size());
        int next = 0;
        for (Part part : keyParts) {
            if (part.binding() == null) {
                key.add(constants.get(next++));
                continue;
            }
            Object bound = bound(part, part.binding(), row);
            if (bound == null) {
                throw new IllegalArgumentException("key column " + part.column().name() + " is null");
            }
            key.add(Binding.keyText(bound));
        }
        return key;
    }
}
