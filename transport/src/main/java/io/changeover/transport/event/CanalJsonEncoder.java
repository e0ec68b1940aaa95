package io.changeover.transport.event;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages: Canal's flat message, one row each, with our additions in the root object {@code changeover}. Every field
 * is always present; absent values are null.
 *
 * <p>Confined to one thread.
 */
public final class CanalJsonEncoder {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    /** Tables are prepared anew beyond this many; schemas come and go with DDL. */
    private static final int PREPARED_TABLES = 1000;

    private static final SerializableString DATA = new SerializedString("data");
    private static final SerializableString OLD = new SerializedString("old");
    private static final SerializableString MYSQL_TYPE = new SerializedString("mysqlType");
    private static final SerializableString SQL_TYPE = new SerializedString("sqlType");
    private static final SerializableString PK_NAMES = new SerializedString("pkNames");
    private static final SerializableString NULL = new SerializedString("null");

    private final InstantSource clock;
    private final ByteArrayBuilder bytes = new ByteArrayBuilder(1024);
    private final IdentityHashMap<TableSchema, CanalTable> tables = new IdentityHashMap<>();

    /** @param clock tells {@code ts}, the time at which the message was built */
    public CanalJsonEncoder(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The message of a row change.
     *
     * @param id number of the batch, the same for all its messages
     * @throws IllegalArgumentException when an update changes the key (it is a delete and an insert), or a value is no text
     */
    public byte[] encode(ChangeEvent event, long id) {
        CanalTable table = table(event.schema());
        Row after = event.after();
        Row old = after == null ? null : event.before();
        if (after != null && old != null) {
            requireSameKey(event, table, old, after);
        }
        try (JsonGenerator json = start()) {
            json.writeFieldName(DATA);
            json.writeStartArray();
            row(json, table, event.row());
            json.writeEndArray();
            head(json, event.table().schema(), event.provenance(), id, false);
            json.writeFieldName(MYSQL_TYPE);
            json.writeRawValue(table.mysqlType);
            json.writeFieldName(OLD);
            old(json, table, old, event.row());
            json.writeFieldName(PK_NAMES);
            json.writeRawValue(table.pkNames);
            json.writeStringField("sql", "");
            json.writeFieldName(SQL_TYPE);
            json.writeRawValue(table.sqlType(event.row()));
            tail(json, event.table().table(), event.operation().name());
            json.writeObjectFieldStart("changeover");
            json.writeStringField("version", event.version().toString());
            provenance(json, event.provenance());
            json.writeNumberField("schema", event.schema().version());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            bytes.reset();
            throw new IllegalArgumentException("row of " + event.table() + " cannot be written as JSON text", e);
        }
        return finished();
    }

    /**
     * The message of a statement, for the {@code ddl} topic.
     *
     * @param table empty for statements about a database
     * @param type Canal's type: {@code CREATE ALTER ERASE TRUNCATE RENAME CINDEX DINDEX QUERY}
     */
    public byte[] encodeDdl(String schema, String table, String type, String sql, Provenance provenance, long id) {
        try (JsonGenerator json = start()) {
            json.writeFieldName(DATA);
            json.writeNull();
            head(json, schema, provenance, id, true);
            for (SerializableString absent : new SerializableString[] {MYSQL_TYPE, OLD, PK_NAMES}) {
                json.writeFieldName(absent);
                json.writeRawValue(NULL);
            }
            json.writeStringField("sql", sql);
            json.writeFieldName(SQL_TYPE);
            json.writeNull();
            tail(json, table, type);
            json.writeObjectFieldStart("changeover");
            provenance(json, provenance);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            bytes.reset();
            throw new IllegalArgumentException("statement on " + schema + " cannot be written as JSON text", e);
        }
        return finished();
    }

    private JsonGenerator start() throws IOException {
        bytes.reset();
        JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8);
        json.writeStartObject();
        return json;
    }

    private byte[] finished() {
        byte[] message = bytes.toByteArray();
        bytes.reset();
        return message;
    }

    private static void head(JsonGenerator json, String schema, Provenance provenance, long id, boolean isDdl)
            throws IOException {
        json.writeStringField("database", schema);
        json.writeNumberField("es", Math.floorDiv(provenance.commitMicros(), 1000L));
        json.writeStringField("gtid", ""); // Canal's is the executed set so far; the event's own stands in `changeover`
        json.writeNumberField("id", id);
        json.writeBooleanField("isDdl", isDdl);
    }

    private void tail(JsonGenerator json, String table, String type) throws IOException {
        json.writeStringField("table", table);
        json.writeNumberField("ts", clock.millis());
        json.writeStringField("type", type);
    }

    private static void provenance(JsonGenerator json, Provenance from) throws IOException {
        json.writeStringField("gtid", from.gtid());
        json.writeStringField("source", from.source());
        json.writeStringField("op", from.origin().text());
        json.writeStringField("file", from.file());
        json.writeNumberField("pos", from.pos());
        json.writeNumberField("row", from.row());
        json.writeNumberField("commit", from.commitMicros());
    }

    private static void row(JsonGenerator json, CanalTable table, Row row) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < table.names.length; i++) {
            value(json, table.names[i], row.get(i));
        }
        json.writeEndObject();
    }

    /** The old values of the columns that changed: null there was NULL, a column that is not there is unchanged. */
    private static void old(JsonGenerator json, CanalTable table, @Nullable Row before, Row after) throws IOException {
        if (before == null) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        json.writeStartObject();
        for (int i = 0; i < table.names.length; i++) {
            if (!before.sameAt(after, i)) {
                value(json, table.names[i], before.get(i));
            }
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void value(JsonGenerator json, SerializableString name, @Nullable String value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    /** Written as an update, the old row would stay for ever in the partition of its key. */
    private static void requireSameKey(ChangeEvent event, CanalTable table, Row before, Row after) {
        for (int key : table.keys) {
            if (!before.sameAt(after, key)) {
                throw new IllegalArgumentException("update changes the key of " + event.table());
            }
        }
    }

    private CanalTable table(TableSchema schema) {
        CanalTable known = tables.get(schema);
        if (known != null) {
            return known;
        }
        if (tables.size() >= PREPARED_TABLES) {
            tables.clear();
        }
        CanalTable table = new CanalTable(schema);
        tables.put(schema, table);
        return table;
    }
}
