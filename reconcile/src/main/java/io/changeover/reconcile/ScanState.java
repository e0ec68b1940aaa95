package io.changeover.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scan that can be gone on with: where it is, and what it has found.
 *
 * @param rows read so far, by the label of the old table
 */
record ScanState(ScanCursor.At at, Map<String, Read> rows, List<Found> suspects) {

    static final ScanState START = new ScanState(ScanCursor.At.START, Map.of(), List.of());

    private static final Logger log = LoggerFactory.getLogger(ScanState.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of another version, they may be missing. */
    ScanState {
        Objects.requireNonNull(at);
        rows = Map.copyOf(rows);
        suspects = List.copyOf(suspects);
    }

    /** Rows read of both sides. */
    record Read(long source, long target) {}

    /** @param place its number, in the order in which the scan opens places */
    record Found(int place, List<@Nullable String> key) {}

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers are JSON", e);
        }
    }

    /** None when it is not understood: another version of this software wrote it. */
    static Optional<ScanState> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(text, ScanState.class));
        } catch (JsonProcessingException e) {
            log.debug("a scan of another version: {}", text, e);
            return Optional.empty();
        }
    }
}
