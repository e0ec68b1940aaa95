package io.changeover.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When tombstones are purged. */
class TombstoneCareTest {

    private long now = Long.MAX_VALUE - 1; // the clock may overflow at any time
    private final TombstoneCare.Hours hours = new TombstoneCare.Hours(() -> now);

    @Test
    void firstAfterTenMinutes_thenOnceAnHour() {
        assertThat(strikeAfter(Duration.ZERO)).isFalse();
        assertThat(strikeAfter(Duration.ofMinutes(10).minusNanos(1))).isFalse();
        assertThat(strikeAfter(Duration.ofNanos(1))).isTrue();
        assertThat(strikeAfter(Duration.ZERO)).as("once").isFalse();
        assertThat(strikeAfter(Duration.ofMinutes(59))).isFalse();
        assertThat(strikeAfter(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void hourThatNobodyAskedFor_isMadeUpForOnce() {
        assertThat(strikeAfter(Duration.ofHours(5))).as("the table was paused").isTrue();
        assertThat(strikeAfter(Duration.ofMinutes(59))).isFalse();
        assertThat(strikeAfter(Duration.ofMinutes(1))).isTrue();
    }

    private boolean strikeAfter(Duration time) {
        now += time.toNanos();
        return hours.strike();
    }
}
