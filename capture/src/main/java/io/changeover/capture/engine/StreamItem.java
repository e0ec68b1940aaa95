package io.changeover.capture.engine;

import io.changeover.capture.publish.DdlEvent;
import io.changeover.capture.publish.RowChange;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Map;

/** What the binlog says, in its order. */
public sealed interface StreamItem {

    /** How much memory it holds, in bytes, roughly. */
    default long bytes() {
        return 128;
    }

    /**
     * The captured rows of one rows event.
     *
     * @param operation what all of them are
     * @param read bytes that they have in the binlog
     */
    record Rows(Gtid gtid, Operation operation, List<RowChange> changes, int read) implements StreamItem {

        @Override
        public long bytes() {
            return 256L + 4L * read;
        }
    }

    /**
     * The end of a transaction, with or without captured rows.
     *
     * @param recognisable whether the same transaction has the same commit time on every server
     */
    record Committed(Gtid gtid, long commitMicros, boolean recognisable) implements StreamItem {}

    /**
     * A statement that touched captured tables, or what may take their place; a transaction of its own.
     *
     * @param tables the captured ones, as they are now
     */
    record Altered(Gtid gtid, DdlEvent event, List<CapturedTable> tables, long commitMicros) implements StreamItem {}

    /**
     * From here on these tables are not captured any more; what came of them before stands. One item, because a parent must
     * not be left without its children.
     */
    record Left(Map<TableName, Problem> tables) implements StreamItem {}

    /** The next event cannot be taken; everything before it can. The last item. */
    record Failed(RuntimeException cause) implements StreamItem {}
}
