package io.changeover.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** The publishing thread on a clock of milliseconds: something is read, and published when it is due. */
class FlushPaceTest {

    private static final long MILLI = 1_000_000;

    private boolean hurries;

    /** When it publishes. */
    private List<Integer> flushes(int millis, IntPredicate reads) {
        FlushPace pace = new FlushPace(0);
        List<Integer> flushes = new ArrayList<>();
        for (int now = 0; now < millis; now++) {
            if (reads.test(now)) {
                pace.read(now * MILLI);
            }
            if (pace.left(now * MILLI, hurries) <= 0) {
                flushes.add(now);
                pace.flushed(now * MILLI);
            }
        }
        return flushes;
    }

    @Test
    void rows_areGatheredForAMoment() {
        hurries = true;
        assertThat(flushes(100, now -> true)).containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80, 90);
    }

    @Test
    void commitsWithoutRows_arePublishedTwiceASecondWhileMoreCome() {
        assertThat(flushes(2000, now -> now % 5 == 0)).containsExactly(0, 500, 1000, 1500);
    }

    @Test
    void lastCommitWithoutRows_isPublishedOnceItIsQuiet() {
        assertThat(flushes(2000, now -> now < 700)).containsExactly(0, 500, 729);
    }

    @Test
    void nothingRead_isNotPublished() {
        assertThat(flushes(5000, now -> false)).isEmpty();
    }
}
