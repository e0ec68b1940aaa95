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
    void acknowledgedPosition_publishesTheRunningTransactionAnewAndStrikesWhatIsLost() {
        GtidSet completed = GtidSet.EMPTY.plus(new Gtid(OLD, 9)).plus(new Gtid(OLD, 8));
        SourcePosition position = new SourcePosition(
                completed,
                new SourcePosition.Running(new Gtid(OLD, 10), Map.of()),
                started,
                GtidSet.EMPTY,
                Map.of(),
                0);
        SourcePosition next = position.acknowledged(GtidSet.EMPTY.plus(new Gtid(OLD, 9)));
        assertThat(next.running()).isNull();
        assertThat(next.completed()).isEqualTo(GtidSet.EMPTY.plus(new Gtid(OLD, 8)));
        assertThat(next.timeline().number()).isEqualTo(2);
    }

    private static void assertUnsafe(Timeline timeline, Gtid gtid) {
        assertThatThrownBy(() -> timeline.admit(gtid))
                .isInstanceOfSatisfying(
                        ChangeoverException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.UNSAFE_EVENT));
    }
}
