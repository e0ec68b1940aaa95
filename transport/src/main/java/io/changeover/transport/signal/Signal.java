package io.changeover.transport.signal;

import io.changeover.transport.event.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the capture of a source. Built by the factories, which allow the legal shapes only.
 *
 * @param id unique for ever; what is asked twice under one id is done once
 * @param table null: every table of the source
 * @param keys rows to send again: key column to value, in the texts of the message contract
 * @param where rows to send again: an SQL condition on the old table
 * @param rowsPerSecond the most that backfill and refresh may read; null: no limit
 * @param requestedBy who asked, for people
 */
public record Signal(
        String id,
        Type type,
        String source,
        @Nullable TableName table,
        List<Map<String, String>> keys,
        @Nullable String where,
        @Nullable Long rowsPerSecond,
        String requestedBy) {

    /** What is asked. */
    public enum Type {
        /** Send rows again as they are now. */
        REFRESH,
        /** Capture a table again that was left, from its rows as they are now. */
        READMIT,
        /** Stop reading rows for backfill and refresh; the stream goes on. */
        PAUSE,
        RESUME,
        THROTTLE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Signal {
        keys = keys.stream()
                .map(key -> Collections.unmodifiableMap(new LinkedHashMap<>(key)))
                .toList();
        if (id.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException("id or source is empty");
        }
        if (type == Type.REFRESH && (table == null || keys.isEmpty() == (where == null))) {
            throw new IllegalArgumentException("refresh takes a table and either keys or where");
        }
        if (type == Type.READMIT && table == null) {
            throw new IllegalArgumentException("readmit takes a table");
        }
        if (type != Type.REFRESH && (!keys.isEmpty() || where != null)) {
            throw new IllegalArgumentException(type.text() + " takes neither keys nor where");
        }
        if (keys.stream().anyMatch(Map::isEmpty) || (where != null && where.isBlank())) {
            throw new IllegalArgumentException("a key or where is empty");
        }
        if (rowsPerSecond != null && (type != Type.THROTTLE || rowsPerSecond < 1)) {
            throw new IllegalArgumentException("rowsPerSecond is for throttle, and positive: " + rowsPerSecond);
        }
    }

    public static Signal refreshKeys(
            String id, String source, TableName table, List<Map<String, String>> keys, String requestedBy) {
        return new Signal(id, Type.REFRESH, source, table, keys, null, null, requestedBy);
    }

    public static Signal refreshWhere(String id, String source, TableName table, String where, String requestedBy) {
        return new Signal(id, Type.REFRESH, source, table, List.of(), where, null, requestedBy);
    }

    public static Signal readmit(String id, String source, TableName table, String requestedBy) {
        return new Signal(id, Type.READMIT, source, table, List.of(), null, null, requestedBy);
    }

    public static Signal pause(String id, String source, @Nullable TableName table, String requestedBy) {
        return new Signal(id, Type.PAUSE, source, table, List.of(), null, null, requestedBy);
    }

    public static Signal resume(String id, String source, @Nullable TableName table, String requestedBy) {
        return new Signal(id, Type.RESUME, source, table, List.of(), null, null, requestedBy);
    }

    /** @param rowsPerSecond null: no limit any more */
    public static Signal throttle(
            String id, String source, @Nullable TableName table, @Nullable Long rowsPerSecond, String requestedBy) {
        return new Signal(id, Type.THROTTLE, source, table, List.of(), null, rowsPerSecond, requestedBy);
    }
}
