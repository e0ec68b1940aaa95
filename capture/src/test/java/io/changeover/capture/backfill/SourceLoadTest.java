package io.changeover.capture.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.mysql.ServerLoad;
import io.changeover.transport.position.GtidSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceLoadTest {

    private static final GtidSet EARLY = GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5");
    private static final GtidSet LATE = GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9");

    private long nanos = -7_000_000_000L;
    private GtidSet published = EARLY;
    private GtidSet executed = EARLY;
    private final List<@Nullable String> told = new ArrayList<>();

    private SourceLoad load(BackfillSettings settings, @Nullable String before) {
        return new SourceLoad(settings, () -> published, before, told::add, () -> nanos);
    }

    private boolean permits(SourceLoad load, int running, @Nullable Duration replicaLag) throws SQLException {
        nanos += 1_000_000_000;
        return load.permits(() -> new ServerLoad(running, executed, replicaLag));
    }

    @Test
    void busyServer_isWaitedFor_andToldNowAndThen() throws Exception {
        SourceLoad load = load(
                new BackfillSettings(2, 1000, Optional.of(50), Optional.empty(), Optional.empty()),
                "Threads_running 99 > 50");
        assertThat(permits(load, 50, null)).isTrue();
        for (int second = 1; second <= 6; second++) {
            assertThat(permits(load, 60 + second, null)).isFalse();
        }
        assertThat(permits(load, 3, null)).isTrue();
        assertThat(told).containsExactly(null, "Threads_running 61 > 50", "Threads_running 66 > 50", null);
    }

    @Test
    void streamThatLacksWhatWasCommittedAMinuteAgo_isWaitedFor() throws Exception {
        SourceLoad load = load(
                new BackfillSettings(2, 1000, Optional.empty(), Optional.of(Duration.ofMinutes(1)), Optional.empty()),
                null);
        assertThat(permits(load, 1, null)).isTrue();
        executed = LATE;
        nanos += 3_600_000_000_000L; // nothing was read for long: the stream is not late for that
        assertThat(permits(load, 1, null)).isTrue();
        nanos += 59_000_000_000L;
        assertThat(permits(load, 1, null)).isTrue();
        assertThat(permits(load, 1, null)).isFalse();
        assertThat(told).containsExactly("the stream is 61 s behind > 60 s");
        published = LATE;
        assertThat(permits(load, 1, null)).isTrue();
    }

    @Test
    void lateReplica_isWaitedForWhereThatIsWanted() throws Exception {
        SourceLoad load = load(
                new BackfillSettings(2, 1000, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(30))),
                null);
        assertThat(permits(load, 900, Duration.ofSeconds(30))).isTrue();
        assertThat(permits(load, 900, Duration.ofSeconds(31))).isFalse();
        assertThat(permits(load, 900, null)).as("it follows nobody").isTrue();
    }

    @Test
    void withoutLimits_theServerIsNotAsked() throws Exception {
        SourceLoad load = load(BackfillSettings.readers(1), "old");
        assertThat(load.permits(() -> {
                    throw new SQLException("asked");
                }))
                .isTrue();
        assertThat(told).containsOnlyNulls();
    }
}
