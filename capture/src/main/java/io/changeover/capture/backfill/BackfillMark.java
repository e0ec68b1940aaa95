package io.changeover.capture.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.capture.publish.Mark;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far the backfill of a table is; published with the rows that it speaks of.
 *
 * @param last key of the last row, in the order of the index; null before the first
 * @param rows how many rows were read so far
 * @param estimate how many rows the table had, as the server guessed at the begin; -1 unknown
 * @param pace for people
 */
public record BackfillMark(State state, @Nullable List<String> last, long rows, long estimate, Pace pace) {

    /**
     * How fast it goes, which anybody who reads the mark can make a forecast of.
     *
     * @param perSecond rows each second of late; 0 unknown
     * @param atMillis when that was, milliseconds since the epoch
     */
    public record Pace(double perSecond, long atMillis) {

        static final Pace UNKNOWN = new Pace(0, 0);

        private static final double MEMORY_SECONDS = 30;

        /** After more rows: what was earlier counts less, and nothing after some half minutes. */
        Pace after(long rows, long nowMillis) {
            double seconds = Math.max(1, nowMillis - atMillis) / 1000.0;
            if (atMillis == 0 || seconds > MEMORY_SECONDS) { // it begins, or goes on after a pause
                return new Pace(0, nowMillis);
            }
            double weight = perSecond == 0 ? 1 : 1 - Math.exp(-seconds / MEMORY_SECONDS);
            double now = perSecond + weight * (rows / seconds - perSecond);
            return new Pace(Math.round(now * 10) / 10.0, nowMillis);
        }
    }

    /** Where a backfill is. */
    public enum State {
        /** None is wanted: the table's rows were loaded elsewhere. */
        NONE,
        RUNNING,
        DONE
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    public static BackfillMark none() {
        return new BackfillMark(State.NONE, null, 0, -1, Pace.UNKNOWN);
    }

    public static BackfillMark begin(long estimate) {
        return new BackfillMark(State.RUNNING, null, 0, estimate, Pace.UNKNOWN);
    }

    BackfillMark advanced(@Nullable List<String> key, int more, boolean done, long nowMillis) {
        return new BackfillMark(
                done ? State.DONE : State.RUNNING,
                key == null ? last : key,
                rows + more,
                estimate,
                pace.after(more, nowMillis));
    }

    /** Record key of the table's mark. */
    public static String key(TableName table) {
        return Progress.backfillKey(table);
    }

    /** {@code {"state":"running","last":["17"],"rows":1000,"estimate":5000,"perSecond":800.5,"at":1700000000000}}. */
    public Mark of(TableName table) {
        ObjectNode json = JSON.createObjectNode();
        json.put("state", state.name().toLowerCase(Locale.ROOT));
        if (last == null) {
            json.putNull("last");
        } else {
            ArrayNode values = json.putArray("last");
            last.forEach(values::add);
        }
        json.put("rows", rows).put("estimate", estimate);
        json.put("perSecond", pace.perSecond()).put("at", pace.atMillis());
        return new Mark(key(table), json.toString());
    }

    /** @throws IllegalArgumentException when the text is not a mark */
    public static BackfillMark parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            JsonNode last = json.required("last");
            List<String> key = null;
            if (!last.isNull()) {
                key = new ArrayList<>();
                for (JsonNode value : last) {
                    key.add(value.textValue());
                }
            }
            return new BackfillMark(
                    State.valueOf(json.required("state").textValue().toUpperCase(Locale.ROOT)),
                    key,
                    json.required("rows").longValue(),
                    json.required("estimate").longValue(),
                    new Pace(json.path("perSecond").asDouble(), json.path("at").asLong()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the mark of a backfill", e);
        }
    }
}
