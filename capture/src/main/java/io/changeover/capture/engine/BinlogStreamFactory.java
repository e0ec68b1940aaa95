package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.binlog.jdbc.BinlogConnectorConnection;
import io.debezium.connector.mysql.MySqlChangeEventSourceFactory;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.connector.mysql.MySqlStreamingChangeEventSourceMetrics;
import io.debezium.connector.mysql.MySqlTaskContext;
import io.debezium.jdbc.MainConnectionProvidingConnectionFactory;
import io.debezium.pipeline.DataChangeEvent;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.source.spi.StreamingChangeEventSource;
import io.debezium.relational.TableId;
import io.debezium.snapshot.SnapshotterService;
import io.debezium.util.Clock;

/** Makes the {@link BinlogStream}; keeps what its parent keeps for itself. */
final class BinlogStreamFactory extends MySqlChangeEventSourceFactory {

    private final MySqlConnectorConfig config;
    private final MainConnectionProvidingConnectionFactory<BinlogConnectorConnection> connections;
    private final ErrorHandler errors;
    private final EventDispatcher<MySqlPartition, TableId> dispatcher;
    private final Clock clock;
    private final MySqlDatabaseSchema schema;
    private final MySqlTaskContext context;
    private final MySqlStreamingChangeEventSourceMetrics metrics;
    private final ChangeEventQueue<DataChangeEvent> queue;
    private final SnapshotterService snapshotters;
    private final BinaryLogClient client;

    BinlogStreamFactory(
            MySqlConnectorConfig config,
            MainConnectionProvidingConnectionFactory<BinlogConnectorConnection> connections,
            ErrorHandler errors,
            EventDispatcher<MySqlPartition, TableId> dispatcher,
            Clock clock,
            MySqlDatabaseSchema schema,
            MySqlTaskContext context,
            MySqlStreamingChangeEventSourceMetrics metrics,
            ChangeEventQueue<DataChangeEvent> queue,
            SnapshotterService snapshotters,
            BinaryLogClient client) {
        super(config, connections, errors, dispatcher, clock, schema, context, metrics, queue, snapshotters, client);
        this.config = config;
        this.connections = connections;
        this.errors = errors;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.schema = schema;
        this.context = context;
        this.metrics = metrics;
        this.queue = queue;
        this.snapshotters = snapshotters;
        this.client = client;
    }

    @Override
    public StreamingChangeEventSource<MySqlPartition, MySqlOffsetContext> getStreamingChangeEventSource() {
        queue.disableBuffering();
        return new BinlogStream(
                config,
                connections.mainConnection(),
                dispatcher,
                errors,
                clock,
                context,
                schema,
                metrics,
                snapshotters,
                client,
                EngineParts.of(config.getLogicalName()));
    }
}
