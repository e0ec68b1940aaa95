package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One MySQL expression over the columns of an old row, with nothing in it that could give another value at another time or
 * on another server. MySQL evaluates it; here it is only understood as far as its columns. Immutable.
 */
public final class MappingExpression {

    /** Where a column stands in the text: from {@code begin} to before {@code end}. */
    record ColumnUse(String column, int begin, int end) {}

    private final String text;
    private final List<ColumnUse> uses;
    private final Set<String> columns;

    MappingExpression(String text, List<ColumnUse> uses) {
        this.text = text;
        this.uses = List.copyOf(uses);
        Map<String, String> distinct = new LinkedHashMap<>();
        uses.forEach(use -> distinct.putIfAbsent(use.column().toLowerCase(Locale.ROOT), use.column()));
        this.columns = Collections.unmodifiableSet(new LinkedHashSet<>(distinct.values()));
    }

    /**
     * Reads an expression as the definition has it: a bare or backquoted identifier is a column, {@code 'text'} a string.
     *
     * @throws IllegalArgumentException when it is not one MySQL expression, or holds a subquery, a variable, a parameter, a
     *     comment, or a function whose value does not depend on its arguments alone; the message says which
     */
    public static MappingExpression parse(String text) {
        return ExpressionParser.parse(text.strip());
    }

    /** The expression that is a column and nothing else, whatever characters its name has. */
    public static MappingExpression column(String name) {
        String quoted = TableName.quote(name);
        return new MappingExpression(quoted, List.of(new ColumnUse(name, 0, quoted.length())));
    }

    /** Whether it is a column and nothing else: the value can be taken over without asking MySQL. */
    public boolean isPlainColumn() {
        return plainColumn() != null;
    }

    /** Name of the column that it is, or null. */
    public @Nullable String plainColumn() {
        boolean plain =
                uses.size() == 1 && uses.get(0).begin() == 0 && uses.get(0).end() == text.length();
        return plain ? uses.get(0).column() : null;
    }

    /** Whether it has the same value for every row. */
    public boolean isConstant() {
        return uses.isEmpty();
    }

    /**
     * The old columns that it reads, in order of appearance, as written and without quotes. MySQL's column names know no
     * case: of {@code id} and {@code ID} the first is listed.
     */
    public Set<String> columns() {
        return columns;
    }

    /** The expression as SQL, every column backquoted. */
    public String sql() {
        return sql(TableName::quote);
    }

    /** The expression as SQL, every column backquoted and qualified: {@code `alias`.`column`}. */
    public String sql(String alias) {
        return sql(column -> TableName.quote(alias) + "." + TableName.quote(column));
    }

    /** The expression as SQL with {@code rendered} in place of every column, called once per appearance, left to right. */
    public String sql(UnaryOperator<String> rendered) {
        StringBuilder sql = new StringBuilder();
        int from = 0;
        for (ColumnUse use : uses) {
            sql.append(text, from, use.begin()).append(rendered.apply(use.column()));
            from = use.end();
        }
        return sql.append(text, from, text.length()).toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MappingExpression expression && text.equals(expression.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The expression as the definition has it. */
    @Override
    public String toString() {
        return text;
    }
}
