package io.changeover.deploy.plan;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that the source gives the results of a mapping's expressions. Reads no row. */
final class ExpressionFacts {

    /**
     * What the server says of an expression.
     *
     * @param refusal why it cannot evaluate it; null when it can
     */
    record Result(@Nullable ColumnFacts facts, @Nullable String refusal) {}

    private final Connection source;
    private final TableName table;
    private final Map<String, Result> known = new HashMap<>();

    ExpressionFacts(Connection source, TableName table) {
        this.source = source;
        this.table = table;
    }

    Result of(MappingExpression expression) {
        return known.computeIfAbsent(expression.sql(), this::read);
    }

    private Result read(String sql) {
        try (Statement statement = source.createStatement();
                ResultSet none = statement.executeQuery("SELECT (" + sql + ") FROM " + table.quoted() + " LIMIT 0")) {
            return new Result(facts(none.getMetaData()), null);
        } catch (SQLException e) {
            return new Result(null, SqlFailure.of(e).message());
        }
    }

    private static ColumnFacts facts(ResultSetMetaData meta) throws SQLException {
        String type = meta.getColumnTypeName(1).toLowerCase(Locale.ROOT);
        String base = type.split(" ", 2)[0];
        boolean label = base.equals("enum") || base.equals("set");
        TypeFamily family = label ? TypeFamily.TEXT : TypeFamily.of(base);
        boolean sized = family == TypeFamily.TEXT || family == TypeFamily.BYTES;
        int precision = meta.getPrecision(1);
        int scale = family == TypeFamily.FLOAT ? 0 : Math.max(0, meta.getScale(1));
        String shown = label ? "varchar" : base;
        if (family == TypeFamily.DECIMAL) {
            shown += "(" + precision + "," + scale + ")";
        } else if (base.startsWith("var") || base.equals("char") || base.equals("binary") || label) {
            shown += "(" + precision + ")";
        }
        return new ColumnFacts(
                meta.getColumnLabel(1),
                label ? "varchar" : base,
                shown + (type.contains("unsigned") ? " unsigned" : ""),
                // every text comes in the session's character set
                family == TypeFamily.TEXT ? "utf8mb4" : null,
                null,
                sized ? precision : 0,
                precision,
                scale,
                meta.isNullable(1) != ResultSetMetaData.columnNoNulls,
                false,
                false,
                false,
                List.of());
    }
}
