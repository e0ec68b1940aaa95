package io.changeover.apply;

import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** An old table that exists only as its messages: every change is one transaction. Confined to one thread. */
public final class OldTable {

    private final TableSchema schema;
    private final int number;
    private final CanalJsonEncoder encoder = new CanalJsonEncoder(() -> Instant.EPOCH);
    private long transaction;

    /** @param columns each {@code name type}; the first {@code keys} of them are the key */
    public OldTable(String table, int number, int keys, String... columns) {
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            int blank = column.indexOf(' ');
            all.add(Column.of(column.substring(0, blank), column.substring(blank + 1)));
        }
        this.number = number;
        this.schema = new TableSchema(
                new TableName("trade", table),
                all,
                all.subList(0, keys).stream().map(Column::name).toList(),
                1);
    }

    public TableSchema schema() {
        return schema;
    }

    /** The transaction number of the next change; to make changes come late. */
    public void nextTransaction(long number) {
        transaction = number - 1;
    }

    public ChangeEvent insert(@Nullable String... values) {
        return ChangeEvent.inserted(schema, Row.of(values), version(), provenance());
    }

    public ChangeEvent update(Row before, @Nullable String... after) {
        return ChangeEvent.updated(schema, before, Row.of(after), version(), provenance());
    }

    public ChangeEvent delete(@Nullable String... values) {
        return ChangeEvent.deleted(schema, Row.of(values), version(), provenance());
    }

    private Version version() {
        return new Version(number, 1, ++transaction, 0);
    }

    private Provenance provenance() {
        return new Provenance("legacy", Origin.STREAM, "", "binlog.000001", 4, 0, 1_700_000_000_000_000L + transaction);
    }

    public byte[] encode(ChangeEvent event) {
        return encoder.encode(event, 1);
    }

    /** The event as capture sends it. */
    public ProducerRecord<byte[], byte[]> record(String topic, ChangeEvent event) {
        byte[] key = MessageKey.of(schema, event.row()).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, key, encode(event));
    }
}
