package io.changeover.deploy.benchmark;

import io.changeover.deploy.log.Logs;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/** What a plain use of Debezium's engine takes: its own connector and settings, a consumer that drops the records. */
final class EngineLimit {

    private static final String PREFIX = "bench";

    private EngineLimit() {}

    /** Port, GTID set to start after, rows to come, other processes. */
    public static void main(String[] arguments) throws Exception {
        Logs.human(false);
        Properties settings = new Properties();
        settings.setProperty("name", PREFIX);
        settings.setProperty("topic.prefix", PREFIX);
        settings.setProperty("connector.class", "io.debezium.connector.mysql.MySqlConnector");
        settings.setProperty("database.hostname", "127.0.0.1");
        settings.setProperty("database.port", arguments[0]);
        settings.setProperty("database.user", "root");
        settings.setProperty("database.password", "");
        settings.setProperty(
                "database.server.id",
                Long.toString(80_000 + ProcessHandle.current().pid() % 10_000));
        settings.setProperty("database.include.list", Workload.SCHEMA);
        settings.setProperty("driver.allowPublicKeyRetrieval", "true");
        // the history is made anew from the tables as they are: no DDL lies between the start and now
        settings.setProperty("snapshot.mode", "recovery");
        settings.setProperty("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
        settings.setProperty("include.schema.changes", "false");
        settings.setProperty("offset.storage", AfterGtids.class.getName());
        settings.setProperty("gtids", arguments[1]);
        AtomicLong rows = new AtomicLong();
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((success, message, error) -> System.err.println("the engine ended: " + message))
                .notifying((records, committer) -> {
                    for (RecordChangeEvent<SourceRecord> each : records) {
                        if (each.record().topic().startsWith(PREFIX + ".")
                                && each.record().value() != null) {
                            rows.incrementAndGet();
                        }
                        committer.markProcessed(each);
                    }
                    committer.markBatchFinished();
                })
                .build();
        Thread thread = new Thread(engine, "engine");
        thread.setDaemon(true);
        thread.start();
        LimitMeter.awaitAndPrint(rows, Long.parseLong(arguments[2]), arguments[3]);
        System.exit(0);
    }

    /** An offset of nothing but a GTID set. Made by the engine, by name. */
    public static final class AfterGtids implements OffsetBackingStore {

        private String gtids = "";

        @Override
        public void configure(WorkerConfig config) {
            gtids = config.originalsStrings().getOrDefault("gtids", "");
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
            Map<ByteBuffer, ByteBuffer> offsets = new HashMap<>();
            String offset = "{\"gtids\":\"" + gtids + "\",\"file\":\"\",\"pos\":0,\"ts_sec\":0}";
            keys.forEach(key -> offsets.put(key, ByteBuffer.wrap(offset.getBytes(StandardCharsets.UTF_8))));
            return CompletableFuture.completedFuture(offsets);
        }

        @Override
        public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
            if (callback != null) {
                callback.onCompletion(null, null);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Set<Map<String, Object>> connectorPartitions(String connector) {
            return Set.of();
        }
    }
}
