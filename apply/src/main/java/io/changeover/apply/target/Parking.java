package io.changeover.apply.target;

import io.changeover.apply.stream.Received;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.List;

/** Whether a row may be parked: the definition may forbid it, and a flood of them is no matter of single rows. */
final class Parking {

    private final String table;
    private final OnError onError;
    private final OnCollision onCollision;
    private final int limit;
    private final DeferredRows deferred;

    Parking(TableDefinition table, DeferredRows deferred) {
        this.table = table.label();
        this.onError = table.onError();
        this.onCollision = table.onCollision();
        this.limit = table.parkLimit();
        this.deferred = deferred;
    }

    /** @throws ChangeoverException (20) when the table is to stop instead */
    void require(Received record, String reason) {
        if (onError == OnError.STOP) {
            throw new ChangeoverException(new Problem(
                    ExitCode.PARK_LIMIT,
                    record.topic() + "-" + record.partition() + "@" + record.offset(),
                    "the row cannot be written (onError: stop): " + reason,
                    "mend the row or the mapping; onError: park would keep such rows aside and go on"));
        }
    }

    /** @throws ChangeoverException (20) when the table is to stop instead; the transaction is not committed */
    void requireCollision(Received record, List<String> key) {
        if (onCollision.kind() == OnCollision.Kind.STOP) {
            throw new ChangeoverException(new Problem(
                    ExitCode.PARK_LIMIT,
                    record.topic() + "-" + record.partition() + "@" + record.offset(),
                    "the new table has a row of key " + key + " from another source (onCollision: stop)",
                    "give each source a constant of its own in the key, or delete one of the rows on its old server;"
                            + " onCollision: park would have this one wait"));
        }
    }

    /** @throws ChangeoverException (20) when the transaction would park more than the limit; it is not committed */
    void requireBelowLimit() throws SQLException {
        long parked = deferred.parked();
        if (parked > limit) {
            // the transaction is rolled back, so what it would have parked is seen nowhere else
            throw new ChangeoverException(new Problem(
                    ExitCode.PARK_LIMIT,
                    table,
                    parked + " rows cannot be written; `parkLimit` is " + limit + "; the last: "
                            + deferred.lastReason(),
                    "mend the mapping, the new table or the rows; then `changeover parked retry` or `parked drop` makes"
                            + " room, and apply goes on by itself; or raise `parkLimit`, and start apply again"));
        }
    }
}
