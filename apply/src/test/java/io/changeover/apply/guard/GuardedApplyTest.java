package io.changeover.apply.guard;

import static io.changeover.apply.guard.MemoryShelf.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.apply.guard.Deferred.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedApplyTest {

    private final MemoryShelf shelf = new MemoryShelf(0);

    @Test
    void fencedOwner_writesNothing() {
        ProgressStep step = new ProgressStep("t", 0, 0, 1, 2);
        assertThatThrownBy(() -> new GuardedApply<>(List.of(shelf), false)
                        .apply(List.of(step), List.of(change("1", 1, 1, "a")), List.of()))
                .isInstanceOf(FencedException.class);
        assertThat(shelf.live).isEmpty();
    }

    @Test
    void chainOfUniqueValues_isWrittenWhateverTheOrder() {
        apply(List.of(change("1", 1, 1, "a"), change("2", 1, 2, "b"), change("3", 1, 3, "c")));
        ApplyResult result = apply(List.of(change("3", 1, 6, "b"), change("2", 1, 5, "a"), change("1", 1, 4, "z")));
        assertThat(result).isEqualTo(new ApplyResult(3, 0, 0, 0, 0));
    }

    @Test
    void deleteBeforeAnImageThatIsRefused_stillDeletes() {
        apply(change("1", 1, 1, "a"));
        ApplyResult result = apply(change("1", 1, 2, null), change("1", 1, 3, "bad"));
        assertThat(shelf.live).isEmpty();
        assertThat(shelf.tombstones).containsKey("1:1");
        assertThat(result).isEqualTo(new ApplyResult(0, 1, 1, 0, 1));
    }

    @Test
    void deleteBeforeAnImageThatIsRefused_stillDeletes_withSeveralServers() {
        MemoryShelf other = new MemoryShelf(1);
        GuardedApply<String> both = new GuardedApply<>(List.of(shelf, other), false);
        both.apply(List.of(), List.of(change("1", 1, 1, "a")), List.of());
        both.apply(List.of(), List.of(change("1", 1, 2, null), change("1", 1, 3, "bad")), List.of());
        assertThat(shelf.live).isEmpty();
        assertThat(shelf.tombstones).containsKey("1:1");
    }

    /** It was put aside where it belonged nowhere, of which no retry could find that it is overtaken. */
    @Test
    void imageWithoutAPlace_isForgottenWhenItsRowHasOne() {
        MemoryShelf first = new MemoryShelf(0, RowKey.NOWHERE);
        GuardedApply<String> both = new GuardedApply<>(List.of(first, new MemoryShelf(1)), true);
        RowKey nowhere = new RowKey("1", List.of("1"), RowKey.NOWHERE);
        both.apply(
                List.of(),
                List.of(new Change<>(nowhere, change("", 1, 1, null).version(), "bad", true, false)),
                List.of());
        assertThat(first.deferred).hasSize(1);
        Change<String> placed = change("1", 1, 2, "a");
        both.apply(List.of(), List.of(new Change<>(placed.key(), placed.version(), "a", true, false)), List.of());
        assertThat(first.deferred).isEmpty();
        assertThat(first.row("1").image()).isEqualTo("a");
    }

    @Test
    void keysOfTwoSpellings_areOneRow() {
        RowKey lower = new RowKey("alpha", List.of("alpha"));
        RowKey upper = new RowKey("alpha", List.of("ALPHA"));
        apply(new Change<>(lower, change("", 1, 1, null).version(), "a"));
        apply(
                new Change<>(upper, change("", 1, 3, null).version(), "a"),
                new Change<>(lower, change("", 1, 2, null).version(), null));
        assertThat(shelf.row("alpha").key().values()).containsExactly("ALPHA");
    }

    @Test
    void parkedImage_isKeptFromOlderOnesAndReplacedByANewerGoodOne() {
        apply(change("1", 1, 5, "bad"));
        assertThat(apply(change("1", 1, 4, "a")).stale()).isEqualTo(1);
        assertThat(shelf.live).isEmpty();
        apply(change("1", 1, 6, "b"));
        assertThat(shelf.deferred).isEmpty();
        assertThat(shelf.live).containsKey("1");
    }

    @Test
    void rowOfAnotherSource_isNeitherWrittenNorDeleted() {
        apply(change("1", 1, 1, "a"));
        assertThat(apply(change("1", 2, 9, "b")).held()).isEqualTo(1);
        assertThat(shelf.kind("2:1")).isEqualTo(Kind.COLLISION);
        apply(change("1", 2, 10, null));
        assertThat(shelf.deferred).isEmpty();
        assertThat(shelf.row("1").image()).isEqualTo("a");
    }

    @Test
    void preferredSource_takesThePlaceOfTheOther_whichComesBackWhenItGoes() {
        apply(change("1", 1, 1, "a"));
        ApplyResult result = apply(preferred("1", 2, 1, "b"));
        assertThat(result).isEqualTo(new ApplyResult(1, 0, 0, 0, 0));
        assertThat(shelf.row("1").image()).isEqualTo("b");
        assertThat(shelf.kind("1:1")).isEqualTo(Kind.COLLISION);
        apply(change("1", 1, 2, "c"));
        assertThat(shelf.row("1").image())
                .as("the other goes on waiting, newer")
                .isEqualTo("b");
        apply(change("1", 2, 3, null));
        assertThat(new GuardedApply<>(List.of(shelf), false).retryHeld(false)).isEqualTo(1);
        assertThat(shelf.row("1").image()).isEqualTo("c");
        assertThat(shelf.row("1").version().source()).isEqualTo(1);
    }

    @Test
    void preferredImageThatIsRefused_displacesNothing() {
        apply(change("1", 1, 1, "a"));
        apply(preferred("1", 2, 1, "bad"));
        assertThat(shelf.row("1").image()).isEqualTo("a");
        assertThat(shelf.deferred).containsOnlyKeys("2:1");
    }

    @Test
    void rowThatIsDisplaced_isNotPutInPlaceOfItsOwnNewerImage() {
        apply(List.of(change("1", 1, 1, "a"), change("2", 1, 1, "b")));
        apply(change("1", 1, 2, "b")); // held by row 2
        apply(preferred("1", 2, 1, "x"));
        apply(change("2", 1, 3, null));
        apply(change("1", 2, 2, null));
        assertThat(new GuardedApply<>(List.of(shelf), false).retryHeld(false)).isEqualTo(1);
        assertThat(shelf.row("1").image()).isEqualTo("b");
    }

    private static Change<String> preferred(String key, int source, long version, String image) {
        Change<String> change = change(key, source, version, image);
        return new Change<>(change.key(), change.version(), image, false, true);
    }

    private ApplyResult apply(Change<String> only) {
        return apply(List.of(only));
    }

    private ApplyResult apply(Change<String> one, Change<String> two) {
        return apply(List.of(one, two));
    }

    private ApplyResult apply(List<Change<String>> changes) {
        return new GuardedApply<>(List.of(shelf), false).apply(List.of(), changes, List.of());
    }
}
