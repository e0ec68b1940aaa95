package io.changeover.apply.target;

/** The transaction is to be rolled back and run again from its beginning. */
final class TryAgain extends RuntimeException {

    private final boolean carefully;

    /** @param carefully with a savepoint before each write, because one of them warned about its data */
    TryAgain(String why, boolean carefully) {
        super(why);
        this.carefully = carefully;
    }

    boolean carefully() {
        return carefully;
    }
}
