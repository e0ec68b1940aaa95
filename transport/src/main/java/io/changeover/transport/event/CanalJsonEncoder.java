package io.changeover.transport.event;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages: Canal's flat message, one row each, with our additions in the root object {@code changeover}. Every field
 * is always present; absent values are null. What is the same for all rows of a table is written once ({@link CanalTable}).
 *
 * <p>Confined to one thread.
 */
public final class CanalJsonEncoder {

    /** Tables are prepared anew beyond this many; schemas come and go with DDL. */
    private static final int PREPARED_TABLES = 1000;

    private static final byte[] DATA = ascii("{\"data\":[");
    // Canal's gtid is the executed set so far; the event's own stands in `changeover`
    private static final byte[] GTID_AND_ID = ascii(",\"gtid\":\"\",\"id\":");
    private static final byte[] IS_ROW = ascii(",\"isDdl\":false");
    private static final byte[] TYPE = ascii(",\"type\":");
    private static final byte[] VERSION = ascii(",\"changeover\":{\"version\":\"");
    private static final byte[] GTID = ascii("\",\"gtid\":");
    private static final byte[] SOURCE = ascii(",\"source\":");
    private static final byte[] OP = ascii(",\"op\":");
    private static final byte[] FILE = ascii(",\"file\":");
    private static final byte[] POS = ascii(",\"pos\":");
    private static final byte[] ROW = ascii(",\"row\":");
    private static final byte[] COMMIT = ascii(",\"commit\":");
    private static final byte[] SCHEMA = ascii(",\"schema\":");
    private static final byte[] NUMBERS = ascii(",\"numbers\":");
    private static final byte[] OLD_NUMBERS = ascii(",\"oldNumbers\":");
    private static final byte[] END = ascii("}}");

    private static final byte[] DDL_DATABASE = ascii("{\"data\":null,\"database\":");
    private static final byte[] ES = ascii(",\"es\":");
    private static final byte[] DDL_SQL =
            ascii(",\"isDdl\":true,\"mysqlType\":null,\"old\":null,\"pkNames\":null,\"sql\":");
    private static final byte[] DDL_TABLE = ascii(",\"sqlType\":null,\"table\":");
    private static final byte[] TS = ascii(",\"ts\":");
    private static final byte[] DDL_GTID = ascii(",\"changeover\":{\"gtid\":");

    private final InstantSource clock;
    private final MessageForm form;
    private final JsonBytes json = new JsonBytes();
    private final IdentityHashMap<TableSchema, CanalTable> tables = new IdentityHashMap<>();

    /** @param clock tells {@code ts}, the time at which the message was built */
    public CanalJsonEncoder(InstantSource clock) {
        this(clock, MessageForm.CANAL);
    }

    /**
     * @param clock tells {@code ts}, the time at which the message was built
     * @param form how ENUM, SET and bytes are shown
     */
    public CanalJsonEncoder(InstantSource clock, MessageForm form) {
        this.clock = clock;
        this.form = form;
    }

    /**
     * The key of the message of a row change: the bytes of {@link MessageKey}'s text. It is the same in every form, or a
     * row would change its partition when an option is switched.
     *
     * @throws IllegalArgumentException as there
     */
    public byte[] key(ChangeEvent event) {
        CanalTable table = table(event.schema());
        if (table.keys.length == 0) {
            throw new IllegalArgumentException("table without primary key: " + event.table());
        }
        json.clear();
        char separator = '{';
        for (int key : table.keys) {
            String value = event.row().get(key);
            if (value == null) {
                throw new IllegalArgumentException(
                        "key column " + event.schema().columns().get(key).name() + " of " + event.table() + " is null");
            }
            json.raw(separator).raw(table.names[key]).string(value);
            separator = ',';
        }
        return json.raw('}').toByteArray();
    }

    /**
     * The message of a row change.
     *
     * @param id number of the batch, the same for all its messages
     * @throws IllegalArgumentException when an update changes the key (it is a delete and an insert), or a value is no text
     */
    public byte[] encode(ChangeEvent event, long id) {
        CanalTable table = table(event.schema());
        Row row = event.row();
        Row old = event.after() == null ? null : event.before();
        Row shown = table.forms == null ? row : table.forms.shown(row);
        if (old != null) {
            requireSameKey(event, table, old, row);
        }
        try {
            json.clear().raw(DATA);
            columns(table, row, shown, null);
            Provenance from = event.provenance();
            json.raw(table.head).number(Math.floorDiv(from.commitMicros(), 1000L));
            json.raw(GTID_AND_ID).number(id).raw(IS_ROW).raw(table.mysqlType);
            if (old == null) {
                json.nothing();
            } else {
                json.raw('[');
                columns(table, old, table.forms == null ? old : table.forms.shown(old), row);
                json.raw(']');
            }
            json.raw(table.pkNames).raw(table.sqlType(row)).raw(table.table).number(clock.millis());
            json.raw(TYPE).string(event.operation().name());
            json.raw(VERSION);
            version(event.version());
            json.raw(GTID);
            provenance(from);
            json.raw(SCHEMA).number(event.schema().version()).raw(table.collations);
            if (table.forms != null) {
                forms(table, row, old);
            }
            json.raw(END);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("row of " + event.table() + " cannot be written as JSON text", e);
        }
        return json.toByteArray();
    }

    /**
     * The message of a statement, for the {@code ddl} topic.
     *
     * @param table empty for statements about a database
     * @param type Canal's type: {@code CREATE ALTER ERASE TRUNCATE RENAME CINDEX DINDEX QUERY}
     */
    public byte[] encodeDdl(String schema, String table, String type, String sql, Provenance from, long id) {
        try {
            json.clear().raw(DDL_DATABASE).string(schema);
            json.raw(ES).number(Math.floorDiv(from.commitMicros(), 1000L));
            json.raw(GTID_AND_ID).number(id);
            json.raw(DDL_SQL).string(sql).raw(DDL_TABLE).string(table);
            json.raw(TS).number(clock.millis()).raw(TYPE).string(type);
            json.raw(DDL_GTID);
            provenance(from);
            json.raw(END);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("statement on " + schema + " cannot be written as JSON text", e);
        }
        return json.toByteArray();
    }

    /** The text of {@link Version#toString}. */
    private void version(Version version) {
        json.hex(version.source(), 4)
                .hex(version.timeline(), 4)
                .hex(version.transaction(), 16)
                .hex(version.row(), 8);
    }

    private void provenance(Provenance from) {
        json.string(from.gtid());
        json.raw(SOURCE).string(from.source());
        json.raw(OP).string(from.origin().text());
        json.raw(FILE).string(from.file());
        json.raw(POS).number(from.pos());
        json.raw(ROW).number(from.row());
        json.raw(COMMIT).number(from.commitMicros());
    }

    /**
     * The values of a row; of an old row only those that changed: null there was NULL, a column that is not there is
     * unchanged.
     *
     * @param shown the texts to write; what has changed is told from the row itself, since two numbers may have one label
     * @param now what the row has become; null to write all values
     */
    private void columns(CanalTable table, Row row, Row shown, @Nullable Row now) {
        char separator = '{';
        for (int i = 0; i < table.names.length; i++) {
            if (now != null && row.sameAt(now, i)) {
                continue;
            }
            json.raw(separator).raw(table.names[i]);
            separator = ',';
            String value = shown.get(i);
            if (value == null) {
                json.nothing();
            } else {
                json.string(value);
            }
        }
        if (separator == '{') {
            json.raw('{');
        }
        json.raw('}');
    }

    /** In which forms the values are, and the numbers of those that are shown by label. */
    private void forms(CanalTable table, Row row, @Nullable Row old) {
        json.raw(table.form);
        if (table.labelled.length > 0) {
            json.raw(NUMBERS);
            numbers(table, row, null);
            if (old != null) {
                json.raw(OLD_NUMBERS);
                numbers(table, old, row);
            }
        }
    }

    private void numbers(CanalTable table, Row row, @Nullable Row now) {
        char separator = '{';
        for (int i : table.labelled) {
            String number = row.get(i);
            if (number == null || (now != null && row.sameAt(now, i))) {
                continue;
            }
            json.raw(separator).raw(table.names[i]).string(number);
            separator = ',';
        }
        if (separator == '{') {
            json.raw('{');
        }
        json.raw('}');
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
        CanalTable table = new CanalTable(schema, form);
        tables.put(schema, table);
        return table;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
