package io.changeover.apply.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RespiteTest {

    private static final Duration LEAST = Duration.ofMillis(200);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000); // nanoTime may begin anywhere, and overflow
    private final Respite respite = new Respite(now::get);

    @Test
    void workThatTookLong_restsNineTimesAsLong_alsoWhenItFailed() {
        Throwable failed = catchThrowable(() -> respite.after(() -> {
            pass(Duration.ofSeconds(1));
            throw new IllegalStateException("busy");
        }));
        assertThat(failed).hasMessage("busy");
        pass(Duration.ofMillis(8999));
        assertThat(respite.isOver(LEAST)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(respite.isOver(LEAST)).isTrue();
    }

    @Test
    void workThatTookMinutes_restsForHalfAMinute() {
        respite.after(() -> pass(Duration.ofMinutes(5)));
        pass(Duration.ofSeconds(30));
        assertThat(respite.isOver(LEAST)).isTrue();
    }

    @Test
    void workThatTookNoTime_restsForTheLeast() {
        respite.after(() -> {});
        pass(Duration.ofMillis(199));
        assertThat(respite.isOver(LEAST)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(respite.isOver(LEAST)).isTrue();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
