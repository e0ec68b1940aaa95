package io.changeover.apply.target;

import io.changeover.transport.mysql.SqlFailure;
import java.sql.SQLException;

/** An SQLException on its way through the decisions, which know no SQL. The transaction is to be rolled back. */
final class SqlTrouble extends RuntimeException {

    private final SQLException failure;

    SqlTrouble(SQLException failure) {
        super(failure);
        this.failure = failure;
    }

    SQLException failure() {
        return failure;
    }

    SqlFailure meaning() {
        return SqlFailure.of(failure);
    }
}
