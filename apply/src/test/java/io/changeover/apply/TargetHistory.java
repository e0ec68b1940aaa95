package io.changeover.apply;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.XidEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import io.changeover.embedded.EmbeddedMySql;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a target's own binlog and checks what every row went through: no version of a row is ever older than one before it,
 * no row comes back that a newer delete took away, and none goes without something newer in the same transaction: a tombstone,
 * or the row in another place. Shares nothing with the writer: versions are compared as unsigned bytes, rows by the values of
 * their key columns, in lower case. Keys are of one column, a number or a word.
 */
public final class TargetHistory {

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern WEIGHTS = Pattern.compile("\\[\"((?:00[0-9A-F]{2})+)\"]");
    private static final Pattern WORD = Pattern.compile("-?[A-Za-z0-9]+");

    /**
     * A table that rows of a new table are in.
     *
     * @param table the new table, {@code schema.table}, under which deletes are remembered
     * @param keyColumn a number or a word
     */
    public record Place(String table, String keyColumn) {}

    private final EmbeddedMySql target;
    private final Map<String, Place> places;
    private final boolean strict;
    private final Map<String, byte[]> newest = new HashMap<>();
    private final Map<String, byte[]> buried = new HashMap<>();
    private final Map<String, byte[]> written = new HashMap<>();
    private final Map<String, byte[]> leaving = new LinkedHashMap<>();
    private final Set<String> touched = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, List<String>> columns = new HashMap<>();
    private final Map<Long, String> targets = new HashMap<>();
    private @Nullable String firstFile;
    private long writes;
    private long deletes;

    /** @param keyColumns per {@code schema.table} the key column of the new table, a number or a word */
    public TargetHistory(EmbeddedMySql target, Map<String, String> keyColumns) {
        this(
                target,
                keyColumns.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, table -> new Place(table.getKey(), table.getValue()))),
                false);
    }

    /**
     * @param places by {@code schema.table}
     * @param strict whether a row may not even be written again with its own version, as a refresh may, nor go without a
     *     newer word of its own source
     */
    TargetHistory(EmbeddedMySql target, Map<String, Place> places, boolean strict) {
        this.target = target;
        this.places = Map.copyOf(places);
        this.strict = strict;
    }

    /** Begins with a binlog file of its own: what was written before is left out. */
    TargetHistory fromNow() throws SQLException {
        target.execute("FLUSH BINARY LOGS");
        firstFile = target.value("SHOW MASTER STATUS");
        return this;
    }

    /** For people: how much there was to check. */
    public String summary() {
        return writes + " writes and " + deletes + " deletes of " + newest.size() + " rows";
    }

    /** Rows that were written or deleted. */
    public long changes() {
        return writes + deletes;
    }

    /** The keys, in lower case, of which a row was written or deleted in whatever place. */
    Set<String> touched() {
        return touched;
    }

    /** Reads everything up to now, once; the violations in order, empty when there are none. */
    public List<String> violations() throws SQLException, IOException, InterruptedException {
        String end = readColumnsAndEnd();
        BinaryLogClient client = new BinaryLogClient(target.host(), target.port(), "root", "");
        client.setBinlogFilename(firstFile != null ? firstFile : target.value("SHOW BINARY LOGS"));
        client.setBinlogPosition(4);
        client.setBlocking(false);
        client.setKeepAlive(false);
        client.setServerId(999_999);
        EventDeserializer deserializer = new EventDeserializer();
        deserializer.setCompatibilityMode(EventDeserializer.CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY);
        client.setEventDeserializer(deserializer);
        Map<Long, TableMapEventData> tables = new HashMap<>();
        CountDownLatch done = new CountDownLatch(1);
        client.registerEventListener(event -> read(event, tables));
        client.registerLifecycleListener(new BinaryLogClient.AbstractLifecycleListener() {
            @Override
            public void onDisconnect(BinaryLogClient disconnected) {
                done.countDown();
            }
        });
        client.connect();
        if (!done.await(2, TimeUnit.MINUTES)) {
            violations.add("the target's binlog could not be read to " + end);
        }
        return violations;
    }

    private void read(Event event, Map<Long, TableMapEventData> tables) {
        EventData data = event.getData();
        if (data instanceof TableMapEventData map) {
            tables.put(map.getTableId(), map);
        } else if (data instanceof WriteRowsEventData write) {
            write.getRows().forEach(row -> seen(tables.get(write.getTableId()), row));
        } else if (data instanceof UpdateRowsEventData update) {
            update.getRows().forEach(row -> seen(tables.get(update.getTableId()), row.getValue()));
        } else if (data instanceof DeleteRowsEventData delete) {
            delete.getRows().forEach(row -> left(tables.get(delete.getTableId()), row));
        } else if (data instanceof XidEventData) {
            committed();
        }
    }

    private void seen(@Nullable TableMapEventData map, Serializable[] after) {
        if (map == null) {
            violations.add("rows of an unknown table");
            return;
        }
        String table = map.getDatabase() + "." + map.getTable();
        if (table.equals("changeover.tombstone")) {
            String of = targets.get(((Number) value(table, after, "target")).longValue());
            remember(of + "|" + remembered(text(value(table, after, "key_text"))), version(table, after, "version"));
            return;
        }
        Place place = places.get(table);
        if (place == null) {
            return;
        }
        writes++;
        String key = key(table, after, place);
        byte[] version = version(table, after, "changeover_version");
        claim(place.table() + "|" + key, version);
        byte[] before = written.put(ofSource(table + "|" + key, version), version);
        if (strict && Arrays.equals(before, version)) {
            violations.add(table + "|" + key + " was written again with " + HEX.formatHex(version));
        }
    }

    private void left(@Nullable TableMapEventData map, Serializable[] before) {
        String table = map == null ? "" : map.getDatabase() + "." + map.getTable();
        Place place = places.get(table);
        if (place != null) {
            deletes++;
            byte[] version = version(table, before, "changeover_version");
            leaving.put(ofSource(place.table() + "|" + key(table, before, place), version), version);
        }
    }

    /** What a delete claims stands in its tombstone, in the same transaction. */
    private void committed() {
        leaving.forEach((row, version) -> {
            byte[] claimed = newest.get(row);
            boolean loaded = version[0] == 0 && version[1] == 0; // by others, before we came
            if (strict && !loaded && (claimed == null || Arrays.compareUnsigned(claimed, version) <= 0)) {
                violations.add(row + " is gone with " + HEX.formatHex(version) + ", and nothing newer says so");
            }
        });
        leaving.clear();
    }

    /** Equal versions are a row that is written again as it was, or moved. */
    private void claim(String row, byte[] version) {
        String ofSource = ofSource(row, version);
        requireNotOlder(ofSource, version, newest.put(ofSource, version));
    }

    /** A delete may be heard of after what came later: it takes nothing away then, but is remembered. */
    private void remember(String row, byte[] version) {
        String ofSource = ofSource(row, version);
        requireNotOlder("the tombstone of " + ofSource, version, buried.put(ofSource, version));
        newest.merge(ofSource, version, (before, now) -> Arrays.compareUnsigned(now, before) < 0 ? before : now);
    }

    private void requireNotOlder(String what, byte[] version, byte @Nullable [] before) {
        if (before != null && Arrays.compareUnsigned(version, before) < 0) {
            violations.add(what + " went back from " + HEX.formatHex(before) + " to " + HEX.formatHex(version));
        }
    }

    private static String ofSource(String row, byte[] version) {
        return row + " of source " + (((version[0] & 0xFF) << 8) | (version[1] & 0xFF));
    }

    private String key(String table, Serializable[] row, Place place) {
        String key = text(value(table, row, place.keyColumn())).toLowerCase(Locale.ROOT);
        touched.add(key);
        return key;
    }

    /** Of a key that has spellings, its weights are told: in {@code utf8mb4_general_ci} letters in upper case, as UTF-16. */
    private static String remembered(String text) {
        Matcher weights = WEIGHTS.matcher(text);
        return weights.matches()
                ? new String(HEX.parseHex(weights.group(1)), StandardCharsets.UTF_16BE).toLowerCase(Locale.ROOT)
                : lastWord(text);
    }

    private static String lastWord(String text) {
        Matcher word = WORD.matcher(text);
        String last = "";
        while (word.find()) {
            last = word.group();
        }
        return last.toLowerCase(Locale.ROOT);
    }

    private byte[] version(String table, Serializable[] row, String column) {
        return Arrays.copyOf((byte[]) value(table, row, column), 16); // the binlog strips trailing zeros of BINARY(16)
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    private Object value(String table, Serializable[] row, String column) {
        int index = columns.getOrDefault(table, List.of()).indexOf(column);
        if (index < 0 || row[index] == null) {
            throw new IllegalStateException("no value of " + column + " in a row of " + table);
        }
        return row[index];
    }

    private String readColumnsAndEnd() throws SQLException {
        try (Connection connection = target.connect()) {
            try (ResultSet rows = connection
                    .createStatement()
                    .executeQuery("SELECT table_schema, table_name, column_name FROM information_schema.columns"
                            + " ORDER BY table_schema, table_name, ordinal_position")) {
                while (rows.next()) {
                    columns.computeIfAbsent(rows.getString(1) + "." + rows.getString(2), table -> new ArrayList<>())
                            .add(rows.getString(3));
                }
            }
            try (ResultSet rows = connection
                    .createStatement()
                    .executeQuery("SELECT id, table_schema, table_name FROM changeover.target")) {
                while (rows.next()) {
                    targets.put(rows.getLong(1), rows.getString(2) + "." + rows.getString(3));
                }
            }
            try (ResultSet status = connection.createStatement().executeQuery("SHOW MASTER STATUS")) {
                status.next();
                return status.getString(1) + ":" + status.getLong(2);
            }
        }
    }
}
