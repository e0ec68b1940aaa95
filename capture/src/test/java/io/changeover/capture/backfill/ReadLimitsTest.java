package io.changeover.capture.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.capture.publish.Mark;
import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadLimitsTest {

    private static final TableName T = new TableName("s", "t");
    private static final TableName U = new TableName("s", "u");

    private long nanos = -5_000_000_000L; // the clock may begin anywhere
    private final Map<String, String> marks = new HashMap<>();
    private ReadLimits limits = limits();

    private ReadLimits limits() {
        return new ReadLimits(marks, List.of(T, U), () -> nanos);
    }

    private void change(Signal signal) throws RefusedSignal {
        for (Mark mark : limits.change(signal)) {
            marks.put(mark.key(), mark.json());
        }
    }

    private static Signal pause(@Nullable TableName table) {
        return Signal.pause("1", "legacy", table, "ann");
    }

    private static Signal resume(@Nullable TableName table) {
        return Signal.resume("1", "legacy", table, "ann");
    }

    private static Signal throttle(@Nullable TableName table, @Nullable Long rows) {
        return Signal.throttle("1", "legacy", table, rows, "ann");
    }

    @Test
    void withoutSignals_everythingIsGranted() {
        assertThat(limits.take(T, 20_000)).isEqualTo(20_000);
        assertThat(limits.take(T, 20_000)).isEqualTo(20_000);
    }

    @Test
    void pausedTable_readsNothing_theOthersGoOn() throws Exception {
        change(pause(T));
        assertThat(limits.take(T, 100)).isZero();
        assertThat(limits.take(U, 100)).isEqualTo(100);
        limits = limits();
        assertThat(limits.take(T, 100)).as("by the marks alone").isZero();
        change(resume(T));
        assertThat(limits.take(T, 100)).isEqualTo(100);
    }

    @Test
    void resumeOfTheSource_resumesItsTables_butOneOfATableDoesNotResumeTheSource() throws Exception {
        change(pause(T));
        change(pause(null));
        assertThat(limits.take(U, 100)).isZero();
        assertThatThrownBy(() -> change(resume(T)))
                .isInstanceOf(RefusedSignal.class)
                .hasMessageContaining("whole source is paused");
        assertThat(limits.take(T, 100)).isZero();
        change(resume(null));
        limits = limits();
        assertThat(limits.take(T, 100)).isEqualTo(100);
        assertThat(limits.take(U, 100)).isEqualTo(100);
    }

    @Test
    void throttledSource_sharesItsRateAmongItsTables() throws Exception {
        change(throttle(null, 1000L));
        assertThat(granted(10)).isBetween(9_750, 10_250);
        change(throttle(T, 100L));
        assertThat(limits.take(T, 20_000)).isEqualTo(25);
        change(throttle(null, null));
        assertThat(limits.take(T, 20_000)).as("the table's limit went, too").isEqualTo(20_000);
    }

    @Test
    void slowestRate_isOneRowASecond_andTimeThatWasNotUsedIsGone() throws Exception {
        change(throttle(T, 1L));
        assertThat(limits.take(T, 500)).isEqualTo(1);
        assertThat(limits.take(T, 500)).isZero();
        nanos += 3_600_000_000_000L;
        assertThat(limits.take(T, 500)).isEqualTo(1);
        assertThat(limits.take(T, 500)).isZero();
    }

    @Test
    void unknownTable_isRefused() {
        assertThatThrownBy(() -> change(pause(new TableName("s", "gone"))))
                .isInstanceOf(RefusedSignal.class)
                .hasMessage("table s.gone is not captured");
    }

    /** Rows in so many seconds by two readers that look again every 50 ms. */
    private int granted(int seconds) {
        int granted = 0;
        for (int step = 0; step < seconds * 20; step++) {
            granted += limits.take(T, 20_000) + limits.take(U, 20_000);
            nanos += 50_000_000;
        }
        return granted;
    }
}
