package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import io.debezium.connector.binlog.jdbc.BinlogConnectorConnection;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSource;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSourceMetrics;
import io.debezium.connector.mysql.MySqlTaskContext;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.relational.TableId;
import io.debezium.snapshot.SnapshotterService;
import io.debezium.util.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's reader of the binlog, which we let connect, resume by GTID and keep its books, and from which we take the
 * events before it builds records of them: its records lose values, cost most of its time, and its handlers pass over
 * statements, incidents and XA.
 *
 * <p>Next: {@link BinlogTranslator}.
 */
final class BinlogStream extends MySqlStreamingChangeEventSource {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogStream.class);

    /** What the engine itself must see; all others are ours. GTIDs, too: it would write its whole set for each of them. */
    private static final Set<EventType> ENGINE =
            EnumSet.of(EventType.ROTATE, EventType.FORMAT_DESCRIPTION, EventType.HEARTBEAT);

    private final EngineParts parts;
    private final BinlogTranslator translator;
    private volatile boolean failed;

    BinlogStream(
            MySqlConnectorConfig config,
            BinlogConnectorConnection connection,
            EventDispatcher<MySqlPartition, TableId> dispatcher,
            ErrorHandler errors,
            Clock clock,
            MySqlTaskContext context,
            MySqlDatabaseSchema schema,
            MySqlStreamingChangeEventSourceMetrics metrics,
            SnapshotterService snapshotters,
            BinaryLogClient client,
            EngineParts parts) {
        super(config, connection, dispatcher, errors, clock, context, schema, metrics, snapshotters, client);
        if (client.isKeepAlive()) {
            // its own reconnect resumes in mid-transaction with a GTID set that holds the transaction already
            throw new IllegalStateException("the binlog client must not reconnect by itself");
        }
        this.parts = parts;
        client.registerLifecycleListener(new Connection()); // before the engine's own: the first word counts
        this.translator =
                new BinlogTranslator(parts.source(), parts.book(), parts.witness(), parts.rows(), parts.queue()::put);
    }

    /** Called by the parent's constructor: uses no field. */
    @Override
    protected EventDeserializer createEventDeserializer() {
        return RawEvents.install(new CheckedEvents());
    }

    /** The engine merges its set with the server's purged and known ones; ours is right as it is. */
    @Override
    protected void initializeGtidSet(String value) {
        String completed = parts.completed().toString();
        getBinaryLogClient().setGtidSet(completed);
        super.initializeGtidSet(completed);
    }

    @Override
    protected void handleEvent(
            MySqlPartition partition, MySqlOffsetContext offset, ChangeEventSourceContext context, Event event) {
        if (failed || event == null) {
            return;
        }
        parts.heardNanos().set(Long.MAX_VALUE);
        try {
            translator.translate(event);
            if (ENGINE.contains(event.getHeader().getEventType())) {
                super.handleEvent(partition, offset, context, event);
            }
        } catch (InterruptedException e) {
            failed = true;
            Thread.currentThread().interrupt();
            LOG.debug("reading of source {} was interrupted", parts.source());
        } catch (RuntimeException | Error e) { // an error, too: the library would go on, or its thread die unnoticed
            // events that were read already must not pass the one that failed
            report(e instanceof RuntimeException known ? known : new IllegalStateException(e));
        } finally {
            parts.heardNanos().set(System.nanoTime());
        }
    }

    /** In line with the items: what was read before is published before. Only the first failure counts. */
    private void report(RuntimeException failure) {
        failed = true;
        parts.queue().putLast(new StreamItem.Failed(failure));
    }

    /** The engine takes no notice when a server ends the connection in good order, as it does on KILL and when it shuts down. */
    private final class Connection extends BinaryLogClient.AbstractLifecycleListener {

        @Override
        public void onCommunicationFailure(BinaryLogClient client, Exception failure) {
            if (!failed) {
                report(
                        parts.refusal().explained(failure) instanceof RuntimeException ours
                                ? ours
                                : new IllegalStateException(failure));
            }
        }

        @Override
        public void onDisconnect(BinaryLogClient client) {
            if (!failed) {
                report(new UncheckedIOException(new IOException("the server ended the connection of the binlog")));
            }
        }
    }
}
