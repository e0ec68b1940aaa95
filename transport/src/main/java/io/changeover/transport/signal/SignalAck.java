package io.changeover.transport.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.Progress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a signal: a mark on the source's progress topic, in the transaction of the rows that it speaks of.
 *
 * @param stamp version of the rows that were sent again; null when none was. With several chunks, the newest.
 * @param rows how many rows, and deletes of missing ones, were sent
 * @param reason why it was refused, else null
 */
public record SignalAck(
        String id,
        State state,
        @Nullable Version stamp,
        long rows,
        @Nullable String reason) {

    /** How far it is. */
    public enum State {
        RUNNING,
        DONE,
        REFUSED
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    public static SignalAck running(String id, @Nullable Version stamp, long rows) {
        return new SignalAck(id, State.RUNNING, stamp, rows, null);
    }

    public static SignalAck done(String id, @Nullable Version stamp, long rows) {
        return new SignalAck(id, State.DONE, stamp, rows, null);
    }

    public static SignalAck refused(String id, String reason) {
        return new SignalAck(id, State.REFUSED, null, 0, reason);
    }

    /** The acknowledgement of signal {@code id}; empty as long as capture has not seen it. */
    public static Optional<SignalAck> of(Progress progress, String id) {
        return Optional.ofNullable(progress.marks().get(Progress.ackKey(id))).map(SignalAck::decode);
    }

    /** Record key of the mark. */
    public String key() {
        return Progress.ackKey(id);
    }

    public String encode() {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", id);
        json.put("state", state.name().toLowerCase(Locale.ROOT));
        json.put("stamp", stamp == null ? null : stamp.toString());
        json.put("rows", rows);
        json.put("reason", reason);
        return json.toString();
    }

    /** @throws IllegalArgumentException when the text is no acknowledgement */
    public static SignalAck decode(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            String stamp = json.path("stamp").textValue();
            return new SignalAck(
                    json.path("id").asText(),
                    State.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
                    stamp == null ? null : Version.parse(stamp),
                    json.path("rows").longValue(),
                    json.path("reason").textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
