package io.changeover.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.stream.GateWatch.Phase;
import io.changeover.apply.target.StopShelf;
import io.changeover.apply.target.TargetProgress.Stop;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a stop stands, and what ends it. */
class TableStopTest {

    private static final Problem DRIFT = new Problem(ExitCode.SCHEMA_DRIFT, "shop.t", "no column c", "add it");
    private static final Problem AWAY = new Problem(ExitCode.UNREACHABLE, "shop", "no answer", "start it");
    private static final long ROUND = TableStop.QUIET.toNanos();

    private final Shelf shelf = new Shelf();
    private long now;
    private final TableStop stop = new TableStop("legacy.t", shelf, () -> now);

    @Test
    void environmentThatFails_isNoStop_andTheStopBeforeItStands() {
        assertThat(stop.failed(AWAY)).isEqualTo(TableState.Phase.WAITING);
        assertThat(stop.problem()).isNull();
        assertThat(stop.failed(DRIFT)).isEqualTo(TableState.Phase.STOPPED);
        assertThat(stop.failed(AWAY)).isEqualTo(TableState.Phase.WAITING);
        assertThat(stop.problem()).isEqualTo(DRIFT);
    }

    @Test
    void shelfThatDoesNotAnswer_neitherMakesNorEndsAStop() {
        shelf.away = true;
        stop.started();
        stop.reached(Phase.CLAIMED);
        assertThat(lookAgain()).isFalse();
        assertThat(stop.problem()).isNull();
        stop.failed(DRIFT);
        assertThat(lookAgain()).isFalse();
        assertThat(stop.problem()).isEqualTo(DRIFT);
        shelf.away = false;
        assertThat(lookAgain()).isFalse();
        assertThat(shelf.kept).as("put late").isNotNull();
    }

    @Test
    void startWithoutPartitions_provesNothing() {
        stop.failed(DRIFT);
        stop.started();
        for (int round = 0; round < 5; round++) {
            assertThat(lookAgain()).isFalse();
        }
        stop.reached(Phase.CLAIMED);
        assertThat(stop.isOver()).as("just claimed").isFalse();
        assertThat(shelf.kept).isNotNull();
        assertThat(lookAgain()).isTrue();
        assertThat(shelf.kept).isNull();
        assertThat(stop.problem()).isNull();
    }

    @Test
    void writeOfAnotherPartition_provesNothing() {
        stop.failed(DRIFT);
        stop.started();
        stop.reached(Phase.CLAIMED);
        lookAgain();
        stop.reached(Phase.CLAIMED);
        stop.reached(Phase.BEFORE_WRITE);
        stop.reached(Phase.AFTER_WRITE);
        assertThat(stop.isOver()).isFalse();
        assertThat(shelf.kept).isNotNull();
    }

    @Test
    void writeThatTakesLong_isWaitedFor() {
        stop.failed(DRIFT);
        stop.started();
        stop.reached(Phase.CLAIMED);
        lookAgain();
        stop.reached(Phase.BEFORE_WRITE);
        assertThat(lookAgain()).isFalse();
        assertThat(lookAgain()).isFalse();
        stop.reached(Phase.AFTER_WRITE);
        stop.reached(Phase.BEFORE_WRITE); // the next one is no reason to wait
        assertThat(lookAgain()).isTrue();
    }

    @Test
    void targetThatIsAway_countsAnew() {
        stop.failed(DRIFT);
        stop.started();
        stop.reached(Phase.CLAIMED);
        lookAgain();
        now += ROUND - 1;
        stop.disturbed();
        now += ROUND - 1;
        assertThat(stop.isOver()).isFalse();
        assertThat(lookAgain()).isTrue();
    }

    @Test
    void stopOfAnotherInstance_isRemovedByWhoeverApplies() throws Exception {
        stop.started();
        stop.reached(Phase.CLAIMED);
        assertThat(lookAgain()).isFalse();
        shelf.put(DRIFT);
        assertThat(lookAgain())
                .as("it may have let go of a partition that comes to us")
                .isFalse();
        assertThat(stop.problem()).isNull();
        lookAgain();
        assertThat(shelf.kept).isNull();
    }

    @Test
    void stopThatAnotherInstanceRemoved_isOver() throws Exception {
        stop.failed(DRIFT);
        stop.started();
        shelf.remove();
        assertThat(stop.isOver()).isFalse();
        assertThat(lookAgain()).isTrue();
        assertThat(stop.problem()).isNull();
    }

    private boolean lookAgain() {
        now += ROUND;
        return stop.isOver();
    }

    private static final class Shelf implements StopShelf {

        @Nullable
        Stop kept;

        boolean away;

        @Override
        public Optional<Stop> find() throws SQLException {
            requireThere();
            return Optional.ofNullable(kept);
        }

        @Override
        public void put(Problem problem) throws SQLException {
            requireThere();
            kept = new Stop("topic", problem.code().number(), problem.place(), problem.cause(), problem.remedy());
        }

        @Override
        public void remove() throws SQLException {
            requireThere();
            kept = null;
        }

        private void requireThere() throws SQLException {
            if (away) {
                throw new SQLException("away");
            }
        }
    }
}
