package io.changeover.apply.guard;

import static io.changeover.apply.guard.MemoryShelf.change;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceWritesTest {

    private final MemoryShelf shelf = new MemoryShelf(0);
    private final CountingShelf counting = new CountingShelf(shelf);

    /** A value goes from row to row, and each but the last is written too early: they follow one after the other. */
    @Test
    void valuesThatRowsOfTheBatchHandOn_areTaken() {
        List<Change<String>> batch = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            shelf.live.put("" + i, change("" + i, 1, 1, "v" + i));
            batch.add(change("" + i, 1, 2, "v" + (i + 1)));
        }
        Written written = new PlaceWrites<>(counting, false).write(batch);
        assertThat(written.written()).isEqualTo(4);
        assertThat(written.held()).isZero();
        assertThat(shelf.row("1").image()).isEqualTo("v2");
        assertThat(shelf.deferred).isEmpty();
    }

    @Test
    void rowsThatAnotherBlocks_areTriedOnce_howeverManyOthersFollow() {
        shelf.live.put("other", change("other", 1, 1, "taken"));
        List<Change<String>> batch = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            batch.add(change("blocked" + i, 1, 2, "taken"));
            shelf.live.put("" + i, change("" + i, 1, 1, "v" + i));
            batch.add(change("" + i, 1, 2, "v" + (i + 1)));
        }
        Written written = new PlaceWrites<>(counting, false).write(batch);
        assertThat(written.held()).isEqualTo(50);
        assertThat(written.written()).isEqualTo(50);
        assertThat(counting.refusals)
                .as("each blocked row, and each row whose value was handed on later")
                .isEqualTo(99);
    }
}
