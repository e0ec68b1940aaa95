package io.changeover.capture.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackfillMarkTest {

    private static final TableName T = new TableName("s", "t");

    @Test
    void mark_isReadBack_alsoOneOfBeforeThePace() {
        BackfillMark mark = BackfillMark.begin(5000).advanced(List.of("a", "1"), 100, false, 1_000_000);
        assertThat(BackfillMark.parse(String.valueOf(mark.of(T).json()))).isEqualTo(mark);
        BackfillMark old =
                BackfillMark.parse("{\"state\":\"running\",\"last\":[\"17\"],\"rows\":1000,\"estimate\":5000}");
        assertThat(old.last()).containsExactly("17");
        assertThat(old.pace()).isEqualTo(BackfillMark.Pace.UNKNOWN);
    }

    @Test
    void pace_isThatOfLate_andBeginsAnewAfterAPause() {
        BackfillMark mark = BackfillMark.begin(-1);
        long now = 1_000_000;
        mark = mark.advanced(null, 500, false, now);
        assertThat(mark.pace().perSecond()).as("one look tells no pace").isZero();
        for (int i = 0; i < 100; i++) {
            mark = mark.advanced(null, 500, false, now += 500);
        }
        assertThat(mark.pace().perSecond()).isEqualTo(1000);
        for (int i = 0; i < 120; i++) {
            mark = mark.advanced(null, 100, false, now += 1000);
        }
        assertThat(mark.pace().perSecond()).isBetween(100.0, 120.0);
        mark = mark.advanced(null, 100, false, now += 3_600_000);
        assertThat(mark.pace().perSecond()).isZero();
    }
}
