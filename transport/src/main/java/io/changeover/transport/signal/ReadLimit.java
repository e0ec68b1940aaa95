package io.changeover.transport.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Progress;
import org.jspecify.annotations.Nullable;

/**
 * How fast backfill and refresh may read, of a source as a whole or of one of its tables: what its signals have come to. It
 * is a mark on the source's progress topic, in the transaction of the acknowledgement, and so outlives the signals, whose
 * topic forgets.
 *
 * @param pausedBy who has paused it, for people; null: it is not paused
 * @param rowsPerSecond the most that may be read; null: no limit
 */
public record ReadLimit(@Nullable String pausedBy, @Nullable Long rowsPerSecond) {

    public static final ReadLimit NONE = new ReadLimit(null, null);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The limit of a table, or of the whole source where {@code table} is null. */
    public static ReadLimit of(Progress progress, @Nullable TableName table) {
        String mark = progress.marks().get(Progress.readsKey(table));
        return mark == null ? NONE : decode(mark);
    }

    public boolean paused() {
        return pausedBy != null;
    }

    /** What holds where both do: a table's and its source's. */
    public ReadLimit and(ReadLimit other) {
        Long most = rowsPerSecond;
        if (most == null || (other.rowsPerSecond != null && other.rowsPerSecond < most)) {
            most = other.rowsPerSecond;
        }
        return new ReadLimit(pausedBy != null ? pausedBy : other.pausedBy, most);
    }

    /** What a pause, resume or throttle makes of it. */
    public ReadLimit after(Signal signal) {
        return switch (signal.type()) {
            case PAUSE -> pausedBy != null ? this : new ReadLimit(signal.requestedBy(), rowsPerSecond);
            case RESUME -> new ReadLimit(null, rowsPerSecond);
            case THROTTLE -> new ReadLimit(pausedBy, signal.rowsPerSecond());
            case REFRESH, READMIT -> this;
        };
    }

    public String encode() {
        ObjectNode json = JSON.createObjectNode();
        json.put("pausedBy", pausedBy);
        json.put("rowsPerSecond", rowsPerSecond);
        return json.toString();
    }

    /** @throws IllegalArgumentException when the text is no limit */
    public static ReadLimit decode(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            JsonNode rows = json.path("rowsPerSecond");
            return new ReadLimit(json.path("pausedBy").textValue(), rows.isIntegralNumber() ? rows.longValue() : null);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    /** {@code paused by ann}, {@code at most 500 rows/s}; empty where there is no limit. */
    public String text() {
        String most = rowsPerSecond == null ? "" : "at most " + rowsPerSecond + " rows/s";
        if (pausedBy == null) {
            return most;
        }
        return "paused" + (pausedBy.isEmpty() ? "" : " by " + pausedBy) + (most.isEmpty() ? "" : ", " + most);
    }
}
