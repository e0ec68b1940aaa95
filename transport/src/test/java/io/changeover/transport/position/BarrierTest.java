package io.changeover.transport.position;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BarrierTest {

    private static final UUID A = UUID.fromString("3e11fa47-71ca-11e1-9e33-c80aa9429562");
    private static final TableName T = new TableName("d", "t");
    private static final String MARK = Progress.backfillKey(T);

    @Test
    void reached_whenAllIsCompletedAndBackfilled() {
        Barrier barrier = new Barrier(GtidSet.parse(A + ":1-9"), Set.of(T));

        Barrier.State behind = barrier.of(progress(A + ":1-6", Map.of(MARK, "{\"state\":\"running\"}")));
        assertThat(behind.reached()).isFalse();
        assertThat(behind.missing()).isEqualTo(3);
        assertThat(behind.backfills()).containsExactly(T);

        assertThat(barrier.of(progress(A + ":1-9", Map.of())).reached()).isFalse();
        assertThat(barrier.of(progress(A + ":1-9", Map.of(MARK, "?"))).reached())
                .isFalse();
        assertThat(barrier.of(progress(A + ":1-8", Map.of(MARK, "{\"state\":\"done\"}")))
                        .reached())
                .isFalse();

        Barrier.State there = barrier.of(progress(A + ":1-12", Map.of(MARK, "{\"state\":\"done\"}")));
        assertThat(there.reached()).isTrue();
        assertThat(there.endOffsets()).containsExactly(Map.entry(new TopicPartition("p.s-x.d.t", 3), 42L));
        assertThat(barrier.of(progress(A + ":1-9", Map.of(MARK, "{\"state\":\"none\"}")))
                        .reached())
                .isTrue();
    }

    @Test
    void tableThatCaptureHasLeft_isNotWaitedForAndNotReached() {
        Problem problem = new Problem(ExitCode.SCHEMA_DRIFT, "table d.t", "it was truncated", "readmit it");
        CaptureStop stop = new CaptureStop(problem);
        Barrier barrier = new Barrier(GtidSet.parse(A + ":1-9"), Set.of(T));

        Barrier.State left = barrier.of(progress(A + ":1-9", Map.of(Progress.stopKey(T), stop.encode())));
        assertThat(left.reached()).isFalse();
        assertThat(left.stopped()).containsExactly(Map.entry(T, stop));
        assertThat(left.backfills()).isEmpty();

        Barrier.State lifted = barrier.of(
                progress(A + ":1-9", Map.of(Progress.stopKey(T), stop.lift().encode(), MARK, "{\"state\":\"done\"}")));
        assertThat(lifted.reached()).isTrue();
    }

    @Test
    void sourceThatHasStopped_isNotReached() {
        Problem problem = new Problem(ExitCode.SOURCE_GAP, "source s", "it went back", "acknowledge it");
        CaptureStop stop = new CaptureStop(problem);
        Barrier barrier = new Barrier(GtidSet.parse(A + ":1-4"), Set.of());

        Barrier.State stopped = barrier.of(progress(A + ":1-9", Map.of(Progress.SOURCE_STOP, stop.encode())));
        assertThat(stopped.reached()).isFalse();
        assertThat(stopped.stands()).isTrue();

        Barrier.State acknowledged = barrier.of(
                progress(A + ":1-9", Map.of(Progress.SOURCE_STOP, stop.lift().encode())));
        assertThat(acknowledged.reached())
                .as("all tables are yet to be read anew")
                .isFalse();
        assertThat(acknowledged.stands()).isFalse();
    }

    @Test
    void sourceThatWasNeverPublished_isNotReachedAlsoWhenNothingWasWritten() {
        Barrier barrier = new Barrier(GtidSet.EMPTY, Set.of());
        assertThat(barrier.of(Progress.none()).reached()).isFalse();
        assertThat(barrier.of(progress("", Map.of())).reached()).isTrue();
    }

    private static Progress progress(String completed, Map<String, String> marks) {
        SourcePosition position = SourcePosition.startingAt(GtidSet.parse(completed), GtidSet.EMPTY)
                .withEndOffsets(Map.of("p.s-x.d.t-3", 42L));
        return new Progress(Optional.of(position), marks);
    }
}
