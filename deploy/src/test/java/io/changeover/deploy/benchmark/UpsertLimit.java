package io.changeover.deploy.benchmark;

import io.changeover.transport.event.CanalJsonDecoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.UndecodableMessage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What apply would be without mapping, versions and progress: the topics' rows, decoded before the clock starts, by multi-row
 * INSERT .. ON DUPLICATE KEY UPDATE, 1000 changes a transaction, keys in their order. Deletes of a batch go at its end: no
 * key of this workload comes back.
 */
final class UpsertLimit {

    private static final int BATCH = 1000;

    private UpsertLimit() {}

    /** URL, brokers, topics, connections, rows to come, other processes. */
    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[3]);
        List<Map<String, List<ChangeEvent>>> work = read(arguments[1], arguments[2].split(",", -1), connections);
        AtomicLong rows = new AtomicLong();
        for (Map<String, List<ChangeEvent>> tables : work) {
            String url = arguments[0] + "&rewriteBatchedStatements=true";
            new Thread(
                            () -> {
                                try (Connection connection = DriverManager.getConnection(url, "root", "")) {
                                    write(connection, tables, rows);
                                } catch (SQLException e) {
                                    e.printStackTrace();
                                    System.exit(1);
                                }
                            },
                            "upsert")
                    .start();
        }
        LimitMeter.awaitAndPrint(rows, Long.parseLong(arguments[4]), arguments[5]);
        System.exit(0);
    }

    /** The changes of each connection by table; a partition, and so a key, belongs to one connection. */
    private static List<Map<String, List<ChangeEvent>>> read(String servers, String[] topics, int connections)
            throws UndecodableMessage {
        List<Map<String, List<ChangeEvent>>> work = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            work.add(new LinkedHashMap<>());
        }
        try (KafkaConsumer<byte[], byte[]> consumer = TopicIndex.consumer(servers)) {
            for (String topic : topics) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                CanalJsonDecoder decoder = new CanalJsonDecoder();
                while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                    for (var message : consumer.poll(Duration.ofMillis(100))) {
                        work.get(message.partition() % connections)
                                .computeIfAbsent(topic, any -> new ArrayList<>())
                                .add(decoder.decode(message.value()));
                    }
                }
            }
        }
        return work;
    }

    /** The tables in turn, as their changes came. */
    private static void write(Connection connection, Map<String, List<ChangeEvent>> tables, AtomicLong rows)
            throws SQLException {
        connection.setAutoCommit(false);
        Map<String, Integer> done = new HashMap<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<String, List<ChangeEvent>> table : tables.entrySet()) {
                int from = done.getOrDefault(table.getKey(), 0);
                int until = Math.min(table.getValue().size(), from + BATCH);
                if (from < until) {
                    write(connection, table.getValue().subList(from, until));
                    connection.commit();
                    rows.addAndGet(until - from);
                    done.put(table.getKey(), until);
                    more = true;
                }
            }
        }
    }

    private static void write(Connection connection, List<ChangeEvent> changes) throws SQLException {
        TableSchema schema = changes.get(0).schema();
        List<ChangeEvent> deletes = new ArrayList<>();
        try (PreparedStatement upsert = connection.prepareStatement(upsert(schema))) {
            for (ChangeEvent change : changes) {
                if (change.operation() == Operation.DELETE) {
                    deletes.add(change);
                    continue;
                }
                for (int i = 0; i < schema.columns().size(); i++) {
                    upsert.setString(i + 1, change.row().get(i));
                }
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
        if (!deletes.isEmpty()) {
            delete(connection, schema, deletes);
        }
    }

    private static String upsert(TableSchema schema) {
        List<String> names = schema.columns().stream()
                .map(column -> "`" + column.name() + "`")
                .toList();
        return "INSERT INTO " + schema.name().quoted() + " (" + String.join(", ", names) + ") VALUES ("
                + names.stream().map(name -> "?").collect(Collectors.joining(", ")) + ") ON DUPLICATE KEY UPDATE "
                + names.stream().map(name -> name + " = VALUES(" + name + ")").collect(Collectors.joining(", "));
    }

    private static void delete(Connection connection, TableSchema schema, List<ChangeEvent> deletes)
            throws SQLException {
        String key = schema.keyColumns().stream().map(column -> "?").collect(Collectors.joining(", ", "(", ")"));
        String sql = "DELETE FROM " + schema.name().quoted() + " WHERE (" + String.join(", ", schema.keyColumns())
                + ") IN (" + deletes.stream().map(each -> key).collect(Collectors.joining(", ")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 0;
            for (ChangeEvent each : deletes) {
                for (String column : schema.keyColumns()) {
                    statement.setString(++parameter, each.row().get(schema, column));
                }
            }
            statement.executeUpdate();
        }
    }
}
