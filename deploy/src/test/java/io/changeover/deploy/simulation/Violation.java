package io.changeover.deploy.simulation;

/** An invariant that does not hold. */
final class Violation extends RuntimeException {

    private final Invariant invariant;

    Violation(Invariant invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    Violation(Throwable cause) {
        super(Invariant.NoSurprise + ": " + cause, cause);
        this.invariant = Invariant.NoSurprise;
    }

    Invariant invariant() {
        return invariant;
    }
}
