package io.changeover.reconcile;

import java.util.List;
import java.util.Map;

/**
 * What became of suspects. Those that stand nowhere here are equal.
 *
 * @param different with what is wrong with each
 * @param undecided with the reason why it could not be told
 */
record Settled(Map<Suspect, Finding> different, Map<Suspect, String> undecided) {

    /** @param columns of the new table that differ, where the row is on both sides */
    record Finding(Mismatch.Kind kind, List<String> columns) {

        Finding {
            columns = List.copyOf(columns);
        }
    }

    Settled {
        different = Map.copyOf(different);
        undecided = Map.copyOf(undecided);
    }
}
