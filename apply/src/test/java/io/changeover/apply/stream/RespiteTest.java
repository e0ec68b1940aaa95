package io.changeover.apply.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RespiteTest {

    @Test
    void workThatTookLong_restsForLonger_alsoWhenItFailed() {
        Respite respite = new Respite(Duration.ofNanos(1));
        assertThat(respite.isOver()).isTrue();
        Throwable failed = catchThrowable(() -> respite.after(() -> {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            throw new IllegalStateException("busy");
        }));
        assertThat(failed).hasMessage("busy");
        assertThat(respite.isOver()).isFalse();
    }

    @Test
    void workThatTookNoTime_restsForTheLeast() {
        Respite none = new Respite(Duration.ZERO);
        none.after(() -> {});
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(none.isOver()).isTrue();
        Respite hour = new Respite(Duration.ofHours(1));
        hour.after(() -> {});
        assertThat(hour.isOver()).isFalse();
    }
}
