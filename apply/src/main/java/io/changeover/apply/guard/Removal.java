package io.changeover.apply.guard;

import io.changeover.transport.event.Version;

/** A row that must not be in some places, as of a version. */
record Removal(RowKey key, Version version, Scope scope) {

    enum Scope {
        /** the key's own place */
        HERE,
        /** every place but the key's own, which has the row */
        ELSEWHERE,
        EVERYWHERE
    }

    /** What a delete asks, or an image that moved. */
    static Removal of(Change<?> change) {
        Scope scope = !change.scattered() ? Scope.HERE : change.image() == null ? Scope.EVERYWHERE : Scope.ELSEWHERE;
        return new Removal(change.key(), change.version(), scope);
    }

    boolean concerns(int place) {
        return place != RowKey.NOWHERE
                && switch (scope) {
                    case HERE -> place == key.place();
                    case ELSEWHERE -> place != key.place();
                    case EVERYWHERE -> true;
                };
    }
}
