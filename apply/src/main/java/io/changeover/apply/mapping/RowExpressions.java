package io.changeover.apply.mapping;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.event.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL is asked of old rows of one schema.
 *
 * @param where null: holds for every row
 */
record RowExpressions(
        TableSchema schema,
        List<MappingExpression> expressions,
        @Nullable MappingExpression where) {}
