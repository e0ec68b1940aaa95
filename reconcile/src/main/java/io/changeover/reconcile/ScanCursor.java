package io.changeover.reconcile;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a scan is. A scan is a fixed order of walks, each through the rows of a table in the order of a key: the walk's number and
 * the key it has come to are where another scan goes on, as long as the tables are the same. Confined.
 */
final class ScanCursor {

    /**
     * A place in a scan.
     *
     * @param structures what the scan has opened so far, in order: their structures as texts that differ if these do
     * @param walks that are behind
     * @param after the key that the next walk has come to; null: it has not begun
     */
    record At(List<String> structures, int walks, @Nullable List<@Nullable String> after) {

        static final At START = new At(List.of(), 0, null);

        At {
            structures = List.copyOf(structures);
            after = after == null ? null : Collections.unmodifiableList(new ArrayList<>(after)); // may have nulls
        }
    }

    /** Hears of each step; may hold the scan up. */
    interface Listener {
        void passed(At at) throws SQLException;
    }

    /** The scan cannot go on where it was: its keys may lie in another order now. */
    static final class ChangedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        ChangedException(String what) {
            super(what + " is not what it was");
        }
    }

    private final At from;
    private final Listener listener;
    private final List<String> structures = new ArrayList<>();
    private int walks;

    ScanCursor(At from, Listener listener) {
        this.from = from;
        this.listener = listener;
    }

    /** From the beginning, and nobody wants to know. */
    static ScanCursor whole() {
        return new ScanCursor(At.START, at -> {});
    }

    /**
     * To be told of all that is read, before its first walk.
     *
     * @throws ChangedException when it is not what was read before
     */
    void open(String name, String structure) {
        int index = structures.size();
        structures.add(structure);
        if (index < from.structures().size() && !from.structures().get(index).equals(structure)) {
            throw new ChangedException(name);
        }
    }

    /** The walk that comes next. */
    Walk next() {
        return new Walk(walks++);
    }

    /** One walk. */
    final class Walk {

        private final int number;

        private Walk(int number) {
            this.number = number;
        }

        /** Whether it was made before. */
        boolean isDone() {
            return number < from.walks();
        }

        /** Where it begins; null: at the beginning. */
        @Nullable
        List<@Nullable String> after() {
            return number == from.walks() ? from.after() : null;
        }

        /** All rows up to this key have been compared, and what was found of them was told. */
        void passed(List<@Nullable String> key) throws SQLException {
            listener.passed(new At(structures, number, key));
        }

        /** The same of all rows. */
        void end() throws SQLException {
            listener.passed(new At(structures, number + 1, null));
        }
    }
}
