package io.changeover.deploy.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The mark that a backfill leaves beside the position.
 *
 * @param state {@code none} (not wanted), {@code running}, {@code done}, {@code waiting} (no mark yet)
 * @param estimate rows that the table had, as its server guessed; -1 unknown
 * @param perSecond rows each second of late, as capture saw it; 0 unknown
 * @param atMillis when the mark was made, milliseconds since the epoch; 0 unknown
 */
record BackfillState(String state, long rows, long estimate, double perSecond, long atMillis) {

    /** An older mark says nothing about the pace of now: capture is down, or held up. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    static BackfillState of(@Nullable String mark) {
        if (mark == null) {
            return new BackfillState("waiting", 0, -1, 0, 0);
        }
        try {
            JsonNode json = JSON.readTree(mark);
            return new BackfillState(
                    json.path("state").asText("waiting"),
                    json.path("rows").asLong(),
                    json.path("estimate").asLong(-1),
                    json.path("perSecond").asDouble(),
                    json.path("at").asLong());
        } catch (JsonProcessingException e) {
            return new BackfillState("unreadable", 0, -1, 0, 0);
        }
    }

    /** Rows each second; null unknown, or nothing is read. */
    @Nullable
    Double pace(long nowMillis) {
        boolean known = state.equals("running") && perSecond > 0 && nowMillis - atMillis <= FRESH.toMillis();
        return known ? perSecond : null;
    }

    /** Seconds until the last row is published, at the pace of late and if the table has as many rows as it was said to have. */
    @Nullable
    Long eta(long nowMillis) {
        Double pace = pace(nowMillis);
        if (pace == null || estimate < rows) {
            return null;
        }
        return Math.max(0, Math.round((estimate - rows) / pace - (nowMillis - atMillis) / 1000.0));
    }

    boolean finished() {
        return state.equals("done") || state.equals("none");
    }
}
