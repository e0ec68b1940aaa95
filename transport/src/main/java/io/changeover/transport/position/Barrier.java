package io.changeover.transport.position;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.transport.event.TableName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Answers: is everything that the source had committed in its topics, and where do they end? Made of a set of GTIDs that the
 * source had executed; once it is {@linkplain State#reached() reached}, every captured row of those transactions, and of the
 * backfill of every table, lies below the end offsets.
 *
 * @param wanted what must be published
 * @param tables whose backfill must be finished, or not wanted
 */
public record Barrier(GtidSet wanted, Set<TableName> tables) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STEP = Duration.ofMillis(250);

    /**
     * How far it is.
     *
     * @param missing how many of the wanted GTIDs are not published
     * @param backfills tables whose backfill has not begun or not ended
     * @param stopped tables that capture has left: nothing that could be waited for
     * @param source why the source as a whole is captured no more, or begins anew; null while it goes on
     * @param endOffsets next offset after the last record of every partition that the source ever wrote to; a partition that
     *     is not there is empty. They count only when the barrier is reached.
     */
    public record State(
            long missing,
            List<TableName> backfills,
            Map<TableName, CaptureStop> stopped,
            @Nullable CaptureStop source,
            Map<TopicPartition, Long> endOffsets) {

        public State {
            backfills = List.copyOf(backfills);
            stopped = Map.copyOf(stopped);
            endOffsets = Map.copyOf(endOffsets);
        }

        public boolean reached() {
            return missing == 0 && backfills.isEmpty() && stopped.isEmpty() && source == null;
        }

        /** Whether somebody has to decide something first. */
        boolean stands() {
            return !stopped.isEmpty() || (source != null && !source.lifted());
        }
    }

    public Barrier {
        tables = Set.copyOf(tables);
    }

    /** Where {@code progress} stands before it. */
    public State of(Progress progress) {
        Map<TableName, CaptureStop> stopped = new TreeMap<>();
        tables.forEach(table -> CaptureStop.of(progress.marks(), table).ifPresent(stop -> stopped.put(table, stop)));
        List<TableName> backfills = tables.stream()
                .filter(table -> !stopped.containsKey(table))
                .filter(table -> !isFinished(progress.marks().get(Progress.backfillKey(table))))
                .sorted()
                .toList();
        CaptureStop source = CaptureStop.ofSource(progress.marks()).orElse(null);
        return progress.position()
                .map(position -> new State(
                        wanted.minus(position.completed()).size(), backfills, stopped, source, ends(position)))
                // without a position nothing is published, not even the proof that nothing had to be
                .orElseGet(() -> new State(Math.max(1, wanted.size()), backfills, stopped, source, Map.of()));
    }

    /** Waits until it is reached, at most {@code timeout}, and not for what has stopped; the state then, reached or not. */
    public State await(ProgressTopic topic, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        State state = of(topic.latest());
        while (!state.reached() && !state.stands() && System.nanoTime() < deadline) {
            state = of(topic.follow(STEP));
        }
        return state;
    }

    private static boolean isFinished(@Nullable String mark) {
        if (mark == null) {
            return false;
        }
        try {
            String state = JSON.readTree(mark).path("state").asText();
            return state.equals("done") || state.equals("none");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static Map<TopicPartition, Long> ends(SourcePosition position) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        position.endOffsets().forEach((name, end) -> {
            int dash = name.lastIndexOf('-');
            ends.put(new TopicPartition(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1))), end);
        });
        return ends;
    }
}
