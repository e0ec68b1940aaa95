package io.changeover.transport.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.Map;
import java.util.Optional;

/**
 * Why a source, or one of its tables, is captured no more: a mark on the progress topic.
 *
 * <p>A table is left while the others go on, in the transaction in which it happened; its topic has nothing of it from there
 * on, until the table is readmitted. A source has stopped at its position; it goes on by itself once it can, or begins anew
 * where an operator acknowledges the stop.
 *
 * @param lifted whether the table was readmitted, or the source's stop acknowledged: the next run of capture obeys, and takes
 *     the mark away
 */
public record CaptureStop(Problem problem, boolean lifted) {

    /** What an operator can do where a source can go on in no other way. */
    public static final String ACKNOWLEDGE =
            "`changeover acknowledge --source NAME`, which begins anew at the server's present position and reads all tables again";

    private static final ObjectMapper JSON = new ObjectMapper();

    public CaptureStop(Problem problem) {
        this(problem, false);
    }

    /** The stop that holds for a table now. */
    public static Optional<CaptureStop> of(Map<String, String> marks, TableName table) {
        return Optional.ofNullable(marks.get(Progress.stopKey(table)))
                .map(CaptureStop::decode)
                .filter(stop -> !stop.lifted());
    }

    /** Whether the table was readmitted, and not taken in yet. */
    public static boolean wasLifted(Map<String, String> marks, TableName table) {
        String mark = marks.get(Progress.stopKey(table));
        return mark != null && decode(mark).lifted();
    }

    /** The stop of a source as a whole, acknowledged or not. */
    public static Optional<CaptureStop> ofSource(Map<String, String> marks) {
        return Optional.ofNullable(marks.get(Progress.SOURCE_STOP)).map(CaptureStop::decode);
    }

    public CaptureStop lift() {
        return new CaptureStop(problem, true);
    }

    /** {@code {"code":17,"place":"...","cause":"...","remedy":"...","lifted":false}}. */
    public String encode() {
        return JSON.createObjectNode()
                .put("code", problem.code().number())
                .put("place", problem.place())
                .put("cause", problem.cause())
                .put("remedy", problem.remedy())
                .put("lifted", lifted)
                .toString();
    }

    /** @throws IllegalArgumentException when the text is no such mark */
    public static CaptureStop decode(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            Problem problem = new Problem(
                    ExitCode.of(json.path("code").asInt()),
                    json.path("place").asText(),
                    json.path("cause").asText(),
                    json.path("remedy").asText());
            return new CaptureStop(problem, json.path("lifted").asBoolean());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
