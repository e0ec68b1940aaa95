package io.changeover.transport.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.position.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Why backfill and refresh of a source do not read at the moment, though nobody has paused them: a mark on its progress topic.
 *
 * @param reason {@code Threads_running 64 > 50}; null: they read, or have nothing to read
 */
public record ReadWait(@Nullable String reason) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public static ReadWait of(Progress progress) {
        String mark = progress.marks().get(Progress.READ_WAIT);
        return mark == null ? new ReadWait(null) : decode(mark);
    }

    public String encode() {
        return JSON.createObjectNode().put("reason", reason).toString();
    }

    /** @throws IllegalArgumentException when the text is no such mark */
    public static ReadWait decode(String text) {
        try {
            return new ReadWait(JSON.readTree(text).path("reason").textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
