package io.changeover.reconcile.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.Recurrence;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");

    private Schedule schedule = new Schedule(new Recurrence.Every(Duration.ofMinutes(15)));

    /** @param pause may be over long ago */
    private record Tables(List<String> labels, Duration pause, boolean isOpen) implements Schedule.Turn {

        @Override
        public String target() {
            return "new " + labels.get(0);
        }
    }

    @Test
    void whatWasNeverCompared_isFirst() {
        assertThat(next(Map.of("a", ago(16), "b", ago(20)), turn("a"), turn("b"), turn("c")))
                .isEqualTo("c now");
    }

    @Test
    void ofThoseThatAreDue_theOneThatWaitedLongestIsFirst() {
        assertThat(next(Map.of("a", ago(16), "b", ago(20), "c", ago(15)), turn("a"), turn("b"), turn("c")))
                .isEqualTo("b now");
        assertThat(next(Map.of("a", ago(15), "b", ago(14)), turn("a"), turn("b")))
                .isEqualTo("a now");
    }

    @Test
    void whenNoneIsDue_theNextIsToldWithItsTime() {
        assertThat(next(Map.of("a", ago(1), "b", ago(5), "c", ago(0)), turn("a"), turn("b"), turn("c")))
                .isEqualTo("b in PT10M");
    }

    @Test
    void tablesThatAreComparedTogether_areDueWithTheFirstOfThem() {
        assertThat(next(Map.of("a", ago(1), "b", ago(5)), turn("a"), turn("b", "c")))
                .isEqualTo("b,c now");
        assertThat(next(Map.of("a", ago(9), "b", ago(5), "c", ago(10)), turn("a"), turn("b", "c")))
                .isEqualTo("b,c in PT5M");
    }

    @Test
    void aStartThatIsYetToCome_wasToldByAnotherClock() {
        assertThat(next(Map.of("a", ago(-30)), turn("a"))).isEqualTo("a now");
    }

    @Test
    void whatIsToPause_letsOthersGo_andIsTriedThen() {
        Tables paused = new Tables(List.of("a"), Duration.ofSeconds(7), false);
        assertThat(next(Map.of("b", ago(16)), paused, turn("b"))).isEqualTo("b now");
        assertThat(next(Map.of("b", ago(3)), paused, turn("b"))).isEqualTo("a in PT7S");
        assertThat(next(Map.of("a", ago(3)), paused)).isEqualTo("a in PT12M");
    }

    @Test
    void atTimesOfDay_whatWasMissedIsDue_andWhatWasNeverComparedWaits() {
        schedule = new Schedule(new Recurrence.Cron("30 3 * * *"));
        assertThat(next(Map.of("a", ago(600)), turn("a"))).isEqualTo("a now"); // 21:08, missed 3:30
        assertThat(next(Map.of("a", ago(60)), turn("a"))).isEqualTo("a in PT20H21M51S");
        assertThat(next(Map.of(), turn("a"))).isEqualTo("a in PT20H21M51S");
    }

    @Test
    void whatCouldNotBeCompared_isDueAfterItsPause_whateverItsTime() {
        assertThat(next(Map.of("a", ago(1)), new Tables(List.of("a"), Duration.ofSeconds(-1), true)))
                .isEqualTo("a now");
        assertThat(next(Map.of("a", ago(1)), new Tables(List.of("a"), Duration.ofSeconds(20), true)))
                .isEqualTo("a in PT20S");
    }

    @Test
    void whatWasCut_orCouldNotBeComparedByAnother_isDue() {
        schedule = new Schedule(new Recurrence.Cron("30 3 * * *"));
        assertThat(next(Map.of(), Set.of(), Set.of("new a"), turn("a"))).isEqualTo("a now");
        assertThat(next(Map.of("a", ago(1)), Set.of("a"), Set.of(), turn("a"))).isEqualTo("a now");
        assertThat(next(Map.of("a", ago(1)), Set.of("b"), Set.of("new b"), turn("a")))
                .startsWith("a in");
    }

    private static Tables turn(String... labels) {
        return new Tables(List.of(labels), Duration.ofSeconds(-100), false);
    }

    private static Instant ago(int minutes) {
        return NOW.minus(Duration.ofMinutes(minutes));
    }

    private String next(Map<String, Instant> starts, Tables... turns) {
        return next(starts, Set.of(), Set.of(), turns);
    }

    private String next(Map<String, Instant> starts, Set<String> failed, Set<String> cut, Tables... turns) {
        Schedule.Next<Tables> next =
                schedule.next(Arrays.asList(turns), new RunHistory.Starts(NOW, starts, failed, cut));
        String labels = String.join(",", next.turn().labels());
        return labels + (next.in().compareTo(Duration.ZERO) <= 0 ? " now" : " in " + next.in());
    }
}
