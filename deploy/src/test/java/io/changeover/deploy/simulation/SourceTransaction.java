package io.changeover.deploy.simulation;

import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import java.util.List;

/**
 * A transaction of the source.
 *
 * @param changes what it changes; {@code hidden} when the binlog does not know the rows (a cascade)
 * @param altered the table whose columns it changes, or null
 */
record SourceTransaction(Gtid gtid, List<Change> changes, TableName altered, boolean hidden) {

    record Change(TableName table, Image before, Image after, long n) {

        boolean touches(String id) {
            return (before != null && before.id().equals(id))
                    || (after != null && after.id().equals(id));
        }

        boolean keyChanged() {
            return before != null && after != null && !before.id().equals(after.id());
        }
    }

    /** The rows that the binlog has. */
    List<Change> captured() {
        return hidden ? List.of() : changes;
    }

    /** How many messages its captured rows make. */
    int messages() {
        int messages = 0;
        for (Change change : captured()) {
            messages += change.keyChanged() ? 2 : 1;
        }
        return messages;
    }
}
