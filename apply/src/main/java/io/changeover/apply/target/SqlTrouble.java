package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** An SQLException on its way through the decisions, which know no SQL. The transaction is to be rolled back. */
final class SqlTrouble extends RuntimeException {

    private final SQLException failure;
    private final @Nullable TableName table;

    /** @param table the new table that it is about; null where it is about none, or any */
    SqlTrouble(SQLException failure, @Nullable TableName table) {
        super(failure);
        this.failure = failure;
        this.table = table;
    }

    SQLException failure() {
        return failure;
    }

    @Nullable
    TableName table() {
        return table;
    }
}
