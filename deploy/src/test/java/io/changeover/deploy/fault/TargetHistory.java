package io.changeover.deploy.fault;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the target's own binlog from its first file and checks what every row went through: no version of a row is ever older
 * than one before it, and no row comes back that a newer delete took away. Shares nothing with the writer: versions are
 * compared as unsigned bytes, rows by the values of their key columns.
 */
final class TargetHistory {

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private final EmbeddedMySql target;
    private final Map<String, String> keyColumns;
    private final Map<String, byte[]> newest = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, List<String>> columns = new HashMap<>();
    private final Map<Long, String> targets = new HashMap<>();
    private long writes;
    private long deletes;

    /** @param keyColumns per {@code schema.table} the key column of the new table, a number */
    TargetHistory(EmbeddedMySql target, Map<String, String> keyColumns) {
        this.target = target;
        this.keyColumns = keyColumns;
    }

    /** For people: how much there was to check. */
    String summary() {
        return writes + " writes and " + deletes + " deletes of " + newest.size() + " rows";
    }

    /** Reads everything up to now; the violations in order, empty when there are none. */
    List<String> violations() throws SQLException, IOException, InterruptedException {
        String end = readColumnsAndEnd();
        BinaryLogClient client = new BinaryLogClient(target.host(), target.port(), "root", "");
        client.setBinlogFilename(firstFile());
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
        } else if (data instanceof DeleteRowsEventData) {
            deletes++; // what a delete claims stands in its tombstone, in the same transaction
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
            Matcher number = NUMBER.matcher(text(value(table, after, "key_text")));
            String key = "";
            while (number.find()) {
                key = number.group();
            }
            claim(of + "|" + key, (byte[]) value(table, after, "version"));
            return;
        }
        String keyColumn = keyColumns.get(table);
        if (keyColumn == null) {
            return;
        }
        writes++;
        claim(table + "|" + text(value(table, after, keyColumn)), (byte[]) value(table, after, "changeover_version"));
    }

    /** Equal versions are a row that is written again as it was. */
    private void claim(String row, byte[] version) {
        byte[] padded = Arrays.copyOf(version, 16); // the binlog strips trailing zeros of BINARY(16)
        String ofSource = row + " of source " + (((padded[0] & 0xFF) << 8) | (padded[1] & 0xFF));
        byte[] before = newest.get(ofSource);
        if (before != null && Arrays.compareUnsigned(padded, before) < 0) {
            violations.add(ofSource + " went back from " + HEX.formatHex(before) + " to " + HEX.formatHex(padded));
        }
        newest.put(ofSource, padded);
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

    private String firstFile() throws SQLException {
        try (Connection connection = target.connect();
                ResultSet logs = connection.createStatement().executeQuery("SHOW BINARY LOGS")) {
            logs.next();
            return logs.getString(1);
        }
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
