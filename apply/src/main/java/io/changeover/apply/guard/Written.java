package io.changeover.apply.guard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What writing a batch in its places did.
 *
 * @param waiting identities of the keys whose newest image is put aside instead of written
 */
record Written(int written, int deleted, int stale, int held, int parked, Set<String> waiting) {

    static final Written NOTHING = new Written(0, 0, 0, 0, 0, Set.of());

    static Written together(List<Written> parts) {
        Set<String> waiting = new HashSet<>();
        int[] sums = new int[5];
        for (Written part : parts) {
            sums[0] += part.written;
            sums[1] += part.deleted;
            sums[2] += part.stale;
            sums[3] += part.held;
            sums[4] += part.parked;
            waiting.addAll(part.waiting);
        }
        return new Written(sums[0], sums[1], sums[2], sums[3], sums[4], waiting);
    }

    Written removing(int rows) {
        return new Written(written, deleted + rows, stale, held, parked, waiting);
    }

    ApplyResult result(int overtaken, int removed, int unusable) {
        return new ApplyResult(written, deleted + removed, stale + overtaken, held, parked + unusable);
    }
}
