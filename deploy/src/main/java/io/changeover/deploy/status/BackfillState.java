package io.changeover.deploy.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * The mark that a backfill leaves beside the position.
 *
 * @param state {@code none} (not wanted), {@code running}, {@code done}, {@code waiting} (no mark yet)
 * @param estimate rows that the table had, as its server guessed; -1 unknown
 */
record BackfillState(String state, long rows, long estimate) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static BackfillState of(@Nullable String mark) {
        if (mark == null) {
            return new BackfillState("waiting", 0, -1);
        }
        try {
            JsonNode json = JSON.readTree(mark);
            return new BackfillState(
                    json.path("state").asText("waiting"),
                    json.path("rows").asLong(),
                    json.path("estimate").asLong(-1));
        } catch (JsonProcessingException e) {
            return new BackfillState("unreadable", 0, -1);
        }
    }

    boolean finished() {
        return state.equals("done") || state.equals("none");
    }
}
