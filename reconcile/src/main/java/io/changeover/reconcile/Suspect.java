package io.changeover.reconcile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row that a scan found not to be the same on both sides; whether it is different must be settled.
 *
 * @param key of the new table, as a server sent it
 */
record Suspect(ComparedPlace place, List<@Nullable String> key) {

    Suspect {
        key = Collections.unmodifiableList(new ArrayList<>(key)); // may have nulls
    }

    String shownKey() {
        return place.table().shownKey(key);
    }
}
