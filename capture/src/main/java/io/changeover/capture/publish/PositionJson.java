package io.changeover.capture.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.SourcePosition.Running;
import io.changeover.transport.position.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The position as the progress topic keeps it. */
final class PositionJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PositionJson() {}

    static String encode(SourcePosition position) {
        ObjectNode json = JSON.createObjectNode();
        json.put("completed", position.completed().toString());
        Running running = position.running();
        if (running == null) {
            json.putNull("running");
        } else {
            json.putObject("running")
                    .put("gtid", running.gtid().toString())
                    .put("next", Integer.toUnsignedLong(running.next()));
        }
        ArrayNode eras = json.putArray("timeline");
        for (Timeline.Era era : position.timeline().eras()) {
            UUID server = era.server();
            eras.addObject().put("number", era.number()).put("server", server == null ? null : server.toString());
        }
        json.put("lastCaptured", position.timeline().lastCaptured());
        json.put("schemaAsOf", position.schemaAsOf().toString());
        ObjectNode ends = json.putObject("endOffsets");
        new TreeMap<>(position.endOffsets()).forEach(ends::put);
        json.put("commit", position.commitMicros());
        return json.toString();
    }

    /** @throws IllegalArgumentException when the text is not a position */
    static SourcePosition decode(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            List<Timeline.Era> eras = new ArrayList<>();
            for (JsonNode era : json.required("timeline")) {
                eras.add(new Timeline.Era(era.required("number").intValue(), uuid(era.required("server"))));
            }
            Map<String, Long> ends = new TreeMap<>();
            json.required("endOffsets")
                    .properties()
                    .forEach(end -> ends.put(end.getKey(), end.getValue().longValue()));
            return new SourcePosition(
                    GtidSet.parse(json.required("completed").textValue()),
                    running(json.required("running")),
                    new Timeline(eras, json.required("lastCaptured").longValue()),
                    GtidSet.parse(json.required("schemaAsOf").textValue()),
                    ends,
                    json.required("commit").longValue());
        } catch (JsonProcessingException | NullPointerException e) {
            throw new IllegalArgumentException("not a position", e);
        }
    }

    private static @Nullable Running running(JsonNode json) {
        if (json.isNull()) {
            return null;
        }
        return new Running(Gtid.parse(json.required("gtid").textValue()), (int)
                json.required("next").longValue());
    }

    private static @Nullable UUID uuid(JsonNode json) {
        return json.isNull() ? null : UUID.fromString(json.textValue());
    }
}
