package io.changeover.reconcile;

import org.jspecify.annotations.Nullable;

/** Where a comparison notes how far its scan is, so that one that was cut goes on there. From its thread. */
public interface ScanNotes {

    /** A comparison that is cut begins anew. */
    ScanNotes NONE = new ScanNotes() {
        @Override
        public @Nullable String last() {
            return null;
        }

        @Override
        public void note(String text) {}

        @Override
        public void forget() {}
    };

    /** What was noted last; null: nothing. */
    @Nullable
    String last();

    /** Replaces what was noted. Never fails: without notes it takes longer, and nothing else. */
    void note(String text);

    /** What was noted is of no use: the comparison begins anew. */
    void forget();
}
