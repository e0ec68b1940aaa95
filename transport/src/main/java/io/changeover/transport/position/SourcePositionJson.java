package io.changeover.transport.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.SourcePosition.Commit;
import io.changeover.transport.position.SourcePosition.Running;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a position, format 1:
 *
 * <pre>{@code
 * {"format":1,"completed":"<gtid set>","running":{"gtid":"<gtid>","next":[["trade","t_order",3]]},
 *  "timeline":{"eras":[{"number":1,"server":"<uuid>"}],"lastCaptured":7},
 *  "schemaAsOf":"<gtid set>","historyFrom":0,"endOffsets":{"orders.legacy.trade.t_order-0":42},
 *  "last":{"gtid":"<gtid>","micros":1795311322000000},"commitMicros":1795311322000000
 * }}</pre>
 *
 * {@code running}, {@code last} and {@code server} may be null. Unknown fields are ignored, {@code historyFrom} and
 * {@code last} may be absent; another format is refused.
 */
public final class SourcePositionJson {

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARTITION = Pattern.compile(".+-\\d{1,9}");

    private SourcePositionJson() {}

    public static String encode(SourcePosition position) {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.put("completed", position.completed().toString());
        Running running = position.running();
        if (running == null) {
            json.putNull("running");
        } else {
            ArrayNode next = json.putObject("running")
                    .put("gtid", running.gtid().toString())
                    .putArray("next");
            new TreeMap<>(running.next())
                    .forEach((table, ordinal) -> next.addArray()
                            .add(table.schema())
                            .add(table.table())
                            .add(Integer.toUnsignedLong(ordinal)));
        }
        ObjectNode timeline = json.putObject("timeline");
        ArrayNode eras = timeline.putArray("eras");
        for (Timeline.Era era : position.timeline().eras()) {
            eras.addObject()
                    .put("number", era.number())
                    .put("server", era.server() == null ? null : era.server().toString());
        }
        timeline.put("lastCaptured", position.timeline().lastCaptured());
        json.put("schemaAsOf", position.schemaAsOf().toString());
        json.put("historyFrom", position.historyFrom());
        ObjectNode endOffsets = json.putObject("endOffsets");
        new TreeMap<>(position.endOffsets()).forEach(endOffsets::put);
        Commit last = position.last();
        if (last == null) {
            json.putNull("last");
        } else {
            json.putObject("last").put("gtid", last.gtid().toString()).put("micros", last.micros());
        }
        json.put("commitMicros", position.commitMicros());
        return json.toString();
    }

    /**
     * @param place where the text was found
     * @throws ChangeoverException (18) when the text is no position, or one of a later format
     */
    public static SourcePosition decode(String text, String place) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw damaged(place, "the position is not JSON", e);
        }
        try {
            if (integer(json.path("format"), "format") != FORMAT) {
                throw damaged(place, "the position has format " + json.get("format") + ", this version reads 1", null);
            }
            return new SourcePosition(
                    GtidSet.parse(text(json, "completed")),
                    running(json.path("running")),
                    timeline(json.path("timeline")),
                    GtidSet.parse(text(json, "schemaAsOf")),
                    json.has("historyFrom") ? integer(json.path("historyFrom"), "historyFrom") : 0,
                    endOffsets(json.path("endOffsets")),
                    last(json.path("last")),
                    integer(json.path("commitMicros"), "commitMicros"));
        } catch (IllegalArgumentException e) {
            throw damaged(place, "the position cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable Running running(JsonNode json) {
        if (json.isNull()) {
            return null;
        }
        Map<TableName, Integer> next = new HashMap<>();
        if (!json.path("next").isArray()) {
            throw new IllegalArgumentException("next is no array");
        }
        for (JsonNode table : json.path("next")) {
            next.put(
                    new TableName(table.path(0).asText(), table.path(1).asText()),
                    Integer.parseUnsignedInt(Long.toString(integer(table.path(2), "next"))));
        }
        return new Running(Gtid.parse(text(json, "gtid")), next);
    }

    private static @Nullable Commit last(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return null;
        }
        return new Commit(Gtid.parse(text(json, "gtid")), integer(json.path("micros"), "micros"));
    }

    private static Timeline timeline(JsonNode json) {
        List<Timeline.Era> eras = new ArrayList<>();
        for (JsonNode era : json.path("eras")) {
            UUID server = era.path("server").isNull() ? null : UUID.fromString(text(era, "server"));
            eras.add(new Timeline.Era(Integer.parseInt(Long.toString(integer(era.path("number"), "number"))), server));
        }
        return new Timeline(eras, integer(json.path("lastCaptured"), "lastCaptured"));
    }

    private static Map<String, Long> endOffsets(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("endOffsets is no object");
        }
        Map<String, Long> offsets = new TreeMap<>();
        json.fieldNames().forEachRemaining(partition -> {
            if (!PARTITION.matcher(partition).matches()) {
                throw new IllegalArgumentException("endOffsets names no partition: " + partition);
            }
            offsets.put(partition, integer(json.get(partition), "end offset"));
        });
        return offsets;
    }

    private static String text(JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return json.path(field).textValue();
    }

    private static long integer(JsonNode json, String name) {
        if (!json.isIntegralNumber() || !json.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is no integer");
        }
        return json.longValue();
    }

    private static ChangeoverException damaged(String place, String cause, @Nullable Throwable error) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.POSITION_DAMAGED,
                        place,
                        cause,
                        "restore the topic's records, or run the version that wrote them; if neither can be: "
                                + CaptureStop.ACKNOWLEDGE),
                error);
    }
}
