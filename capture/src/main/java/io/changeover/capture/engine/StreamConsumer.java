package io.changeover.capture.engine;

import io.changeover.capture.publish.OrderedPublisher;
import io.changeover.capture.publish.RowChange;
import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.Problem;
import java.util.List;

/**
 * Feeds what the binlog says to the publisher, and publishes when enough has come or nothing more is there.
 *
 * <p>Confined to the engine's publishing thread.
 *
 * <p>Next: {@link OrderedPublisher}.
 */
public final class StreamConsumer implements BinlogEngine.Reader {

    /**
     * What goes into one Kafka transaction while more is waiting, about: enough to make its cost small, few enough to bound
     * memory and the delay of those who read committed transactions only.
     */
    private static final int MAX_ROWS = 5_000;

    private static final long MAX_BYTES = 16L << 20;

    private final OrderedPublisher publisher;
    private final PublishedSchemas schemas;
    private final Listener listener;
    /** Whether there is more than commits since the last flush. */
    private boolean more;

    private int rows;
    private long bytes;

    /** Counts for status and metrics; called once for each rows event and each transaction, never for a row. */
    public interface Listener {

        /**
         * @param read bytes that the rows have in the binlog
         * @param commitMicros of their transaction, microseconds since the epoch
         */
        void streamed(Operation operation, int rows, int read, long commitMicros);

        /** A transaction has ended, with or without captured rows. */
        default void committed(long commitMicros) {}

        /** A table is not captured any more. */
        default void left(TableName table, Problem problem) {}
    }

    public StreamConsumer(OrderedPublisher publisher, PublishedSchemas schemas, Listener listener) {
        this.publisher = publisher;
        this.schemas = schemas;
        this.listener = listener;
    }

    @Override
    public void accept(StreamItem item) {
        more |= !(item instanceof StreamItem.Committed);
        if (item instanceof StreamItem.Rows some) {
            List<RowChange> changes = some.changes();
            publisher.rows(some.gtid(), changes);
            listener.streamed(
                    some.operation(),
                    changes.size(),
                    some.read(),
                    changes.get(0).provenance().commitMicros());
            rows += changes.size();
            bytes += some.bytes();
            if (rows >= MAX_ROWS || bytes >= MAX_BYTES) {
                flush();
            }
            return;
        }
        if (item instanceof StreamItem.Committed end) {
            publisher.committed(end.gtid(), end.commitMicros(), end.recognisable());
            listener.committed(end.commitMicros());
            rows++; // transactions without captured rows move the position, too
            return;
        }
        if (item instanceof StreamItem.Left left) {
            left.tables().keySet().forEach(schemas::leave); // first: no chunk of them is granted any more
            publisher.leave(left.tables());
            left.tables().forEach(listener::left);
            return;
        }
        if (item instanceof StreamItem.Failed failed) {
            flush(); // what came before stands, and the position right before what failed
            throw failed.cause();
        }
        if (item instanceof StreamItem.Altered altered) {
            List<CapturedTable> tables = altered.tables();
            // schemas first: a chunk that is granted after the change must be read in the new columns
            tables.forEach(schemas::put);
            publisher.altered(
                    altered.gtid(),
                    altered.event(),
                    tables.stream().map(table -> table.schema().name()).toList());
            publisher.committed(altered.gtid(), altered.commitMicros());
            listener.committed(altered.commitMicros());
        }
    }

    @Override
    public boolean hurries() {
        return more || publisher.isAwaited();
    }

    @Override
    public void flush() {
        more = false;
        rows = 0;
        bytes = 0;
        publisher.flush();
    }

    @Override
    public boolean wantsRows() {
        return true;
    }
}
