package io.changeover.apply.guard;

import static io.changeover.apply.guard.MemoryShelf.change;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldRowsTest {

    private final MemoryShelf shelf = new MemoryShelf(0);

    @Test
    void threeCycle_isWrittenTogether() {
        live("1", "a");
        live("2", "b");
        live("3", "c");
        held("1", 1, "b");
        held("2", 1, "c");
        held("3", 1, "a");
        assertThat(retry()).isEqualTo(3);
        assertThat(shelf.row("3").image()).isEqualTo("a");
    }

    @Test
    void cycleThatConflictsTruly_doesNotKeepAnotherWaiting() {
        live("1", "a");
        live("2", "b");
        live("3", "c");
        live("4", "d");
        held("1", 1, "b");
        held("2", 1, "a");
        held("3", 1, "a"); // wants what the first cycle will go on holding
        held("4", 1, "c");
        assertThat(retry()).isEqualTo(2);
        assertThat(shelf.row("1").image()).isEqualTo("b");
        assertThat(shelf.deferred).containsOnlyKeys("1:3", "1:4");
    }

    @Test
    void rowThatWaitsForACycle_isWrittenAfterIt() {
        live("1", "a");
        live("2", "b");
        live("3", "c");
        held("4", 1, "c");
        held("3", 1, "-");
        held("1", 1, "b");
        held("2", 1, "a");
        assertThat(retry()).isEqualTo(4);
        assertThat(shelf.deferred).isEmpty();
    }

    @Test
    void collision_waitsForTheOwnersRowAndThenForItsOwnReason() {
        live("1", "a");
        shelf.defer(List.of(new Deferred<>(change("1", 2, 9, "b"), Kind.COLLISION, "")));
        assertThat(retry()).isZero();
        shelf.live.clear();
        live("2", "b");
        assertThat(retry()).isZero();
        assertThat(shelf.kind("2:1")).isEqualTo(Kind.HELD);
        shelf.live.clear();
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.row("1").version().source()).isEqualTo(2);
    }

    @Test
    void imageThatIsRefusedForItsData_isParked() {
        held("1", 1, "bad");
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.kind("1:1")).isEqualTo(Kind.PARKED);
        assertThat(retry()).isZero();
    }

    @Test
    void imageThatWasOvertaken_isForgotten() {
        live("1", "a");
        shelf.defer(List.of(new Deferred<>(change("1", 1, 0, "b"), Kind.HELD, "")));
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.row("1").image()).isEqualTo("a");
    }

    @Test
    void imageThatTheMappingNoLongerWants_isADelete_ofItsOwnRowOnly() {
        live("1", "a");
        live("2", "b");
        held("1", 1, null);
        held("2", 2, null);
        assertThat(retry()).isEqualTo(2);
        assertThat(shelf.deferred).isEmpty();
        assertThat(shelf.live).containsOnlyKeys("2");
        assertThat(shelf.tombstones).containsOnlyKeys("1:1", "2:2");
    }

    /** Every owner of the table waits meanwhile: what is asked and written does not grow with the rows that wait. */
    @Test
    void manyThatWait_areReadAndWrittenTogether() {
        CountingShelf counting = new CountingShelf(shelf);
        int rows = 100;
        live("outside", "taken");
        for (int i = 0; i < rows; i++) {
            live("a" + i, "u" + i);
            held("blocked" + i, 1, "taken");
            held("free" + i, 1, "f" + i);
            held("next" + i, 1, "u" + i);
        }
        for (int i = 0; i < rows; i++) { // lets go of what the row after it waits for
            held("a" + i, 1, "-");
        }
        HeldRows.Outcome<String> outcome = new HeldRows<>(counting, Set.of(0), false).retry();
        assertThat(outcome.settled()).hasSize(3 * rows);
        assertThat(outcome.settled())
                .extracting(change -> change.key().identity())
                .noneMatch(key -> key.startsWith("blocked"));
        assertThat(counting.writes + counting.replacements)
                .as("those that are free, and then those that these let go")
                .isEqualTo(2);
        assertThat(counting.looks)
                .as("at what is held, before rows are written and after")
                .isEqualTo(2);
        assertThat(counting.reads).isLessThanOrEqualTo(3);
    }

    @Test
    void manyCycles_areReplacedTogether() {
        CountingShelf counting = new CountingShelf(shelf);
        for (int i = 0; i < 50; i++) {
            live("a" + i, "x" + i);
            live("b" + i, "y" + i);
            held("a" + i, 1, "y" + i);
            held("b" + i, 1, "x" + i);
        }
        assertThat(new HeldRows<>(counting, Set.of(0), false).retry().settled()).hasSize(100);
        assertThat(counting.replacements).isEqualTo(1);
    }

    /** Two sources want one row: the second one finds out what the first one did. */
    @Test
    void rowThatTwoSourcesWant_isWrittenForOne_andCollidesForTheOther() {
        held("1", 1, "a");
        held("1", 2, "b");
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.row("1").image()).isEqualTo("a");
        assertThat(shelf.kind("2:1")).isEqualTo(Kind.COLLISION);
    }

    /** What the mapping does not want any more goes first; the source that is preferred finds no row to displace then. */
    @Test
    void rowThatIsForgotten_isNotDisplacedInTheSameRound() {
        live("1", "a");
        held("1", 1, null);
        Change<String> other = change("1", 2, 9, "b");
        shelf.defer(List.of(new Deferred<>(
                new Change<>(other.key(), other.version(), other.image(), false, true), Kind.COLLISION, "")));
        assertThat(retry()).isEqualTo(2);
        assertThat(shelf.row("1").version().source()).isEqualTo(2);
        assertThat(shelf.deferred).isEmpty();
    }

    @Test
    void rowThatOneSourceCannotHave_isWrittenForTheOther() {
        live("2", "a");
        shelf.defer(List.of(
                new Deferred<>(change("1", 1, 5, "a"), Kind.COLLISION, ""),
                new Deferred<>(change("1", 2, 5, "b"), Kind.COLLISION, "")));
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.row("1").image()).isEqualTo("b");
        assertThat(shelf.kind("1:1")).isEqualTo(Kind.COLLISION);
    }

    /** What the first round wrote, the second one displaces: it waits then, and is not forgotten. */
    @Test
    void rowThatIsWrittenAndDisplacedInOneRetry_waits() {
        held("1", 1, "a");
        shelf.defer(List.of(new Deferred<>(preferred("1", "b"), Kind.HELD, "")));
        assertThat(retry()).isEqualTo(1);
        assertThat(shelf.row("1").version().source()).isEqualTo(2);
        assertThat(shelf.kind("1:1")).isEqualTo(Kind.COLLISION);
    }

    @Test
    void foreignRowOfACycle_isKeptWhenItIsDisplaced() {
        live("1", "a");
        shelf.live.put("2", change("2", 2, 1, "b"));
        shelf.defer(List.of(
                new Deferred<>(preferred("1", "b"), Kind.HELD, "taken"),
                new Deferred<>(preferred("2", "a"), Kind.HELD, "taken")));
        assertThat(retry()).isEqualTo(2);
        assertThat(shelf.row("1").image()).isEqualTo("b");
        assertThat(shelf.row("2").image()).isEqualTo("a");
        assertThat(shelf.deferred).containsOnlyKeys("1:1");
        assertThat(shelf.kind("1:1")).isEqualTo(Kind.COLLISION);
    }

    private static Change<String> preferred(String key, String image) {
        Change<String> change = change(key, 2, 9, image);
        return new Change<>(change.key(), change.version(), change.image(), false, true);
    }

    @Test
    void longChain_isWrittenInFewStatements() {
        CountingShelf counting = new CountingShelf(shelf);
        int rows = 300;
        for (int i = 0; i < rows; i++) {
            live("" + i, "v" + i);
            held("" + i, 1, "v" + (i + 1));
        }
        assertThat(new HeldRows<>(counting, Set.of(0), false).retry().settled()).hasSize(rows);
        assertThat(counting.writes + counting.replacements + counting.looks + counting.reads)
                .isLessThan(10);
    }

    /** An index over an expression, say: the write is refused, and no row seems to be in the way. */
    @Test
    void refusalThatNobodyExplains_doesNotKeepCyclesFromBeingWrittenTogether() {
        CountingShelf counting = new CountingShelf(new ForwardingShelf(shelf) {
            @Override
            public List<Refusal<String>> write(List<Write<String>> writes) {
                List<Refusal<String>> refusals = new ArrayList<>();
                for (Write<String> write : writes) {
                    if ("hidden".equals(write.change().image())) {
                        refusals.add(new Refusal<>(write, Refusal.Cause.UNIQUE_CONFLICT, "by an expression"));
                    } else {
                        refusals.addAll(super.write(List.of(write)));
                    }
                }
                return refusals;
            }
        });
        held("h", 1, "hidden");
        for (int i = 0; i < 10; i++) {
            live("a" + i, "x" + i);
            live("b" + i, "y" + i);
            held("a" + i, 1, "y" + i);
            held("b" + i, 1, "x" + i);
        }
        assertThat(new HeldRows<>(counting, Set.of(0), false).retry().settled()).hasSize(20);
        assertThat(counting.replacements).isEqualTo(1);
        assertThat(shelf.kind("1:h")).isEqualTo(Kind.HELD);
    }

    /** What seems to stand in the way is a hint: it may be the row itself, in other letters. */
    @Test
    void rowThatOnlySeemsToBeBlocked_isWrittenWhenItIsTriedThoroughly() {
        HeldRows.Shelf<String> mistaken = new ForwardingShelf(shelf) {
            @Override
            public List<Set<RowKey>> blockers(List<Change<String>> changes) {
                return changes.stream()
                        .map(change -> Set.of(new RowKey("other", List.of("other"))))
                        .toList();
            }
        };
        held("1", 1, "a");
        assertThat(new HeldRows<>(mistaken, Set.of(0), false).retry().settled()).isEmpty();
        assertThat(new HeldRows<>(mistaken, Set.of(0), true).retry().settled()).hasSize(1);
        assertThat(shelf.row("1").image()).isEqualTo("a");
    }

    @Test
    void cyclesAndConflicts_areTheSameWhenTheyAreTriedThoroughly() {
        live("1", "a");
        live("2", "b");
        live("3", "c");
        held("1", 1, "b");
        held("2", 1, "a");
        held("4", 1, "c");
        assertThat(new GuardedApply<>(List.of(shelf), false).retryHeld(true)).isEqualTo(2);
        assertThat(shelf.deferred).containsOnlyKeys("1:4");
    }

    @Test
    void imageThatSomebodyWantsTried_isTriedWhateverIsInTheWay() {
        live("2", "a");
        shelf.defer(List.of(new Deferred<>(change("1", 1, 5, "a"), Kind.HELD, Deferred.TO_BE_TRIED + ", asked by me")));
        assertThat(retry()).isZero();
        assertThat(requireNonNull(shelf.deferred.get("1:1")).reason()).isEqualTo("taken");
    }

    private void live(String key, String image) {
        shelf.live.put(key, change(key, 1, 1, image));
    }

    private void held(String key, int source, @Nullable String image) {
        shelf.defer(List.of(new Deferred<>(change(key, source, 5, image), Kind.HELD, "")));
    }

    private int retry() {
        return new GuardedApply<>(List.of(shelf), false).retryHeld(false);
    }
}
