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
