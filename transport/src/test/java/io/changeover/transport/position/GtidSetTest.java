package io.changeover.transport.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {

    private static final UUID A = UUID.fromString("11111111-1111-1111-1111-111111111111");
    private static final UUID B = UUID.fromString("22222222-2222-2222-2222-222222222222");

    @Test
    void text_isNormalised() {
        assertThat(GtidSet.parse(A + ":1-3:4:7-9,\n" + B + ":5").toString()).isEqualTo(A + ":1-4:7-9," + B + ":5");
    }

    @Test
    void taggedGtids_areRefused() {
        assertThatThrownBy(() -> GtidSet.parse(A + ":tag:1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Gtid.parse(A + ":tag:1")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void setOperations_agreeWithPlainSets(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> left = new TreeSet<>();
        TreeSet<Long> right = new TreeSet<>();
        GtidSet leftSet = GtidSet.EMPTY;
        GtidSet rightSet = GtidSet.EMPTY;
        for (int i = 0; i < 60; i++) {
            long number = 1L + random.nextInt(40);
            if (random.nextBoolean()) {
                left.add(number);
                leftSet = leftSet.plus(new Gtid(A, number));
            } else {
                right.add(number);
                rightSet = rightSet.plus(new Gtid(A, number));
            }
        }
        TreeSet<Long> minus = new TreeSet<>(left);
        minus.removeAll(right);
        TreeSet<Long> union = new TreeSet<>(left);
        union.addAll(right);
        assertThat(leftSet.minus(rightSet)).isEqualTo(setOf(minus));
        assertThat(leftSet.union(rightSet)).isEqualTo(setOf(union));
        assertThat(leftSet.containsAll(rightSet)).isEqualTo(left.containsAll(right));
        assertThat(leftSet.union(rightSet).containsAll(rightSet)).isTrue();
        assertThat(GtidSet.parse(leftSet.toString())).isEqualTo(leftSet);
        assertThat(leftSet.size()).isEqualTo(left.size());
    }

    private static GtidSet setOf(Iterable<Long> numbers) {
        GtidSet set = GtidSet.EMPTY;
        for (long number : numbers) {
            set = set.plus(new Gtid(A, number));
        }
        return set;
    }
}
