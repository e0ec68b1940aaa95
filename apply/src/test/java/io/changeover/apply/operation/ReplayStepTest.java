package io.changeover.apply.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.operation.ReplayStep.State;
import io.changeover.apply.target.TargetProgress;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicLog.Range;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a move reads again, what it leaves out, and when it is refused. */
class ReplayStepTest {

    private static final Range LOG = new Range(100, 200);

    @Test
    void back_readsAgain() {
        ReplayStep step = step(at(150, true, "id"), ReplayGoal.shiftBy(-30));
        assertThat(step.to()).isEqualTo(120);
        assertThat(step.again()).isEqualTo(30);
        assertThat(step.skipped()).isZero();
        assertThat(step.problem(false)).isEmpty();
    }

    @Test
    void forward_isRefused_unlessItIsSaidThatMessagesAreLeftOut() {
        ReplayStep step = step(at(150, true, "id"), ReplayGoal.toLatest());
        assertThat(step.skipped()).isEqualTo(50);
        assertThat(step.problem(false))
                .map(Problem::toString)
                .hasValueSatisfying(text -> assertThat(text).contains("50 messages from offset 150", "reconcile"));
        assertThat(step.problem(true)).isEmpty();
    }

    @Test
    void outsideTheLog_isRefused() {
        assertThat(step(at(150, true, "id"), ReplayGoal.to(99)).problem(true)).isPresent();
        assertThat(step(at(150, true, "id"), ReplayGoal.to(201)).problem(true)).isPresent();
    }

    @Test
    void closed_isRefused() {
        assertThat(step(at(150, false, "id"), ReplayGoal.toEarliest()).problem(true))
                .isPresent();
    }

    @Test
    void whatTheTopicHasLost_isNotLeftOutByUs() {
        ReplayStep step = step(at(50, true, "id"), ReplayGoal.toEarliest());
        assertThat(step.moves()).isTrue();
        assertThat(step.problem(false)).isEmpty();
    }

    @Test
    void progressOfAnEarlierTopic_beginsAtTheStartOfThisOne() {
        ReplayStep step = step(at(5000, true, "old"), ReplayGoal.toEarliest());
        assertThat(step.state()).isEqualTo(State.OTHER_TOPIC);
        assertThat(step.moves()).isTrue();
        assertThat(step.problem(false)).isEmpty();
        assertThat(step(at(5000, true, "old"), ReplayGoal.to(110)).problem(false))
                .isPresent();
    }

    @Test
    void partitionThatNobodyHasTaken_isMovedWhereTheTopicHasLostItsBeginning() {
        assertThat(step(null, ReplayGoal.toEarliest()).moves()).isTrue();
        assertThat(ReplayStep.of("shop", "t", "id", 0, new Range(0, 200), null, ReplayGoal.toEarliest())
                        .moves())
                .isFalse();
    }

    @Test
    void partitionThatNobodyHasTaken_mayNotBeginInTheMiddle() {
        assertThat(step(null, ReplayGoal.to(110)).problem(false)).isPresent();
        assertThat(step(null, ReplayGoal.toEarliest()).problem(false)).isEmpty();
    }

    private static ReplayStep step(TargetProgress.@Nullable Partition row, ReplayGoal goal) {
        return ReplayStep.of("shop", "t", "id", 0, LOG, row, goal);
    }

    private static TargetProgress.Partition at(long offset, boolean open, String topicId) {
        return new TargetProgress.Partition("t", 0, topicId, offset, 1, open, 0, 0);
    }
}
