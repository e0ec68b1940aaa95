package io.changeover.transport.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final UUID OLD = new UUID(0, 2);
    private static final UUID NEW = new UUID(0, 1);

    private final Timeline started = Timeline.start().admit(new Gtid(OLD, 10));

    @Test
    void start_isBoundByTheFirstCapturedTransaction() {
        assertThat(Timeline.start().lastCaptured()).isZero();
        assertThat(started.number()).isEqualTo(1);
        assertThat(started.lastCaptured()).isEqualTo(10);
        assertThat(started.isPresent(new Gtid(OLD, 99))).isTrue();
    }

    @Test
    void admit_ofANewServer_raisesTheNumberWhateverItsSequence() {
        Timeline next = started.admit(new Gtid(NEW, 3));
        assertThat(next.number()).isEqualTo(2);
        assertThat(next.lastCaptured()).isEqualTo(3);
    }

    @Test
    void admit_ofANumberThatStepsBackOrStays_isUnsafe() {
        assertUnsafe(started, new Gtid(OLD, 9));
        assertUnsafe(started, new Gtid(OLD, 10));
    }

    @Test
    void admit_ofAServerThatWasLeft_isUnsafeUntilAcknowledged() {
        Timeline next = started.admit(new Gtid(NEW, 3));
        assertUnsafe(next, new Gtid(OLD, 11));
        Timeline acknowledged = next.acknowledged();
        assertThat(acknowledged.number()).isEqualTo(3);
        assertThat(acknowledged.lastCaptured()).isZero();
        assertThat(acknowledged.admit(new Gtid(OLD, 5)).number()).isEqualTo(3);
    }

    @Test
    void acknowledgedPosition_beginsBehindTheServerInANewEra() {
        SourcePosition position = new SourcePosition(
                GtidSet.EMPTY.plus(new Gtid(OLD, 9)).plus(new Gtid(OLD, 8)),
                new SourcePosition.Running(new Gtid(OLD, 10), Map.of()),
                started,
                GtidSet.EMPTY,
                5,
                Map.of("p.s.t-0", 7L),
                new SourcePosition.Commit(new Gtid(OLD, 9), 1),
                1);
        GtidSet executed = GtidSet.EMPTY.plus(new Gtid(OLD, 8)).plus(new Gtid(NEW, 1));

        SourcePosition next = position.acknowledged(executed);

        assertThat(next.running()).isNull();
        assertThat(next.last()).as("the server may well not have it").isNull();
        assertThat(next.completed()).isEqualTo(executed);
        assertThat(next.timeline().number()).isEqualTo(2);
        assertThat(next.endOffsets()).isEqualTo(position.endOffsets());
    }

    @Test
    void lostPosition_isAcknowledgedAboveTheHighestTimelineThatWasSeen() {
        assertThat(SourcePosition.lost(4).acknowledged(GtidSet.EMPTY).timeline().number())
                .isEqualTo(5);
    }

    private static void assertUnsafe(Timeline timeline, Gtid gtid) {
        assertThatThrownBy(() -> timeline.admit(gtid))
                .isInstanceOfSatisfying(
                        ChangeoverException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.UNSAFE_EVENT));
    }
}
