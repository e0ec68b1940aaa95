package io.changeover.reconcile.trace;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeader;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.TransactionPayloadEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import io.changeover.transport.event.TableName;
import java.io.IOException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one binlog tells of wanted rows: the last write of each. Ours are the transactions that also write what apply keeps
 * beside the rows, as each of its transactions does, and whatever else such a session writes.
 *
 * <p>Thread ids are those of one run of the server, and so is a binlog: another run begins another one. Written by the reading
 * thread; read when that has ended.
 */
final class BinlogPass {

    private static final Set<String> KEPT_BY_APPLY = Set.of("progress", "tombstone", "version", "deferred");

    private static final String PART = "(?:`((?:[^`]|``)+)`|([\\w$]+))";
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
    private static final Pattern TRUNCATE =
            Pattern.compile("(?is)\\s*TRUNCATE\\s+(?:TABLE\\s+)?(?:" + PART + "\\s*\\.\\s*)?" + PART + "[\\s;]*");
    private static final Pattern WRITE = Pattern.compile("(?is)\\s*(insert|update|delete|replace|load|with)\\b.*");

    private final String file;
    private final Map<TableName, TracedTable> tables;
    private final Map<Long, TableMapEventData> maps = new HashMap<>();
    private final Map<RowAt, RowWrite> running = new LinkedHashMap<>();
    private final Map<RowAt, RowWrite> last = new HashMap<>();
    private final Set<Long> ourThreads = new HashSet<>();
    private final Set<String> remarks = new HashSet<>();
    private long thread;
    private boolean ours;
    private @Nullable Instant begin;
    private @Nullable Exception failure;

    BinlogPass(String file, Map<TableName, TracedTable> tables) {
        this.file = file;
        this.tables = tables;
    }

    /** The last writes, by row. */
    Map<RowAt, RowWrite> found() {
        Map<RowAt, RowWrite> found = new HashMap<>(last);
        found.replaceAll((row, write) -> ourThreads.contains(write.thread()) ? ours(write) : write);
        return found;
    }

    private static RowWrite ours(RowWrite write) {
        return new RowWrite(write.time(), write.operation(), write.place(), write.thread(), true);
    }

    /** When the binlog begins; null where it was not read. */
    @Nullable
    Instant begin() {
        return begin;
    }

    /** What of it was not understood. */
    Set<String> remarks() {
        return remarks;
    }

    /** Reads it to its end; throws what went wrong on the way. */
    void read(BinaryLogClient client) throws IOException {
        client.setBinlogFilename(file);
        client.setBinlogPosition(4);
        client.registerEventListener(event -> {
            if (!isOver(event)) {
                read(event.getHeader(), event.getData(), position(event.getHeader()));
                return;
            }
            try {
                client.disconnect();
            } catch (IOException e) {
                failure = e;
            }
        });
        client.registerLifecycleListener(new BinaryLogClient.AbstractLifecycleListener() {
            @Override
            public void onCommunicationFailure(BinaryLogClient failed, Exception e) {
                failure = e;
            }

            @Override
            public void onEventDeserializationFailure(BinaryLogClient failed, Exception e) {
                remarks.add("has events that cannot be read");
            }
        });
        client.connect();
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** The server goes on with the next binlog. */
    private boolean isOver(Event event) {
        return event.getData() instanceof RotateEventData next
                && !next.getBinlogFilename().equals(file);
    }

    private static long position(EventHeader header) {
        return header instanceof EventHeaderV4 placed ? placed.getPosition() : 0;
    }

    private void read(EventHeader header, EventData data, long position) {
        if (header.getEventType() == EventType.FORMAT_DESCRIPTION && header.getTimestamp() > 0) {
            begin = Instant.ofEpochMilli(header.getTimestamp());
        } else if (header.getEventType() == EventType.XID || header.getEventType() == EventType.XA_PREPARE) {
            end();
        } else if (data instanceof TransactionPayloadEventData compressed) {
            compressed.getUncompressedEvents().forEach(event -> read(event.getHeader(), event.getData(), position));
        } else if (data instanceof QueryEventData query) {
            query(query, header, position);
        } else if (data instanceof TableMapEventData map) {
            maps.put(map.getTableId(), map);
            ours |= map.getDatabase().equals("changeover") && KEPT_BY_APPLY.contains(map.getTable());
        } else if (data instanceof WriteRowsEventData write) {
            write.getRows()
                    .forEach(row ->
                            note(write.getTableId(), write.getIncludedColumns(), row, "INSERT", header, position));
        } else if (data instanceof UpdateRowsEventData update) {
            update.getRows().forEach(row -> {
                long table = update.getTableId();
                note(table, update.getIncludedColumnsBeforeUpdate(), row.getKey(), "UPDATE", header, position);
                note(table, update.getIncludedColumns(), row.getValue(), "UPDATE", header, position);
            });
        } else if (data instanceof DeleteRowsEventData delete) {
            delete.getRows()
                    .forEach(row ->
                            note(delete.getTableId(), delete.getIncludedColumns(), row, "DELETE", header, position));
        }
    }

    private void note(
            long tableId,
            BitSet included,
            @Nullable Serializable[] values,
            String operation,
            EventHeader header,
            long position) {
        TableMapEventData map = maps.get(tableId);
        TracedTable table = map == null ? null : tables.get(new TableName(map.getDatabase(), map.getTable()));
        if (map == null || table == null) {
            return;
        }
        if (map.getColumnTypes().length == table.columns()) {
            try {
                RowAt row = table.find(included, values);
                if (row != null) {
                    running.put(row, write(operation, header, position, thread));
                }
                return;
            } catch (ClassCastException | DateTimeException e) {
                // a value of another type: said below
            }
        }
        remarks.add("has rows of " + map.getDatabase() + "." + map.getTable() + " as it was before it was altered");
    }

    private RowWrite write(String operation, EventHeader header, long position, long by) {
        return new RowWrite(Instant.ofEpochMilli(header.getTimestamp()), operation, file + ":" + position, by, false);
    }

    private void query(QueryEventData query, EventHeader header, long position) {
        String sql = query.getSql();
        if (sql.equals("BEGIN") || sql.startsWith("XA START")) {
            running.clear();
            ours = false;
            thread = query.getThreadId();
            return;
        }
        if (sql.equals("COMMIT")) {
            end();
            return;
        }
        String plain = COMMENT.matcher(sql).replaceAll(" ");
        Matcher truncate = TRUNCATE.matcher(plain);
        if (truncate.matches()) {
            String schema = name(truncate, 1);
            TracedTable table = tables.get(
                    new TableName(schema == null ? query.getDatabase() : schema, String.valueOf(name(truncate, 3))));
            if (table != null) {
                RowWrite all = write(RowWrite.TRUNCATE, header, position, query.getThreadId());
                table.wanted().forEach(row -> last.put(row, all));
            }
            return;
        }
        if (WRITE.matcher(plain).matches()) {
            String lower = plain.toLowerCase(Locale.ROOT);
            tables.keySet().stream()
                    .filter(table -> lower.contains(table.table().toLowerCase(Locale.ROOT)))
                    .forEach(table -> remarks.add("has statements on " + table + ", not its rows"));
        }
    }

    private static @Nullable String name(Matcher matcher, int group) {
        return matcher.group(group) != null ? matcher.group(group).replace("``", "`") : matcher.group(group + 1);
    }

    private void end() {
        if (ours) {
            ourThreads.add(thread);
        }
        boolean isOurs = ours;
        running.forEach((row, write) -> last.put(row, isOurs ? ours(write) : write));
        running.clear();
        ours = false;
    }
}
