package io.changeover.apply.guard;

/** The progress row is not where this owner left it: another owner, a replay, or a closed target. Nothing was written. */
public final class FencedException extends RuntimeException {

    public FencedException(ProgressStep step) {
        super("progress of " + step.topic() + "-" + step.partition() + " is not at " + step.from() + " with epoch "
                + step.epoch() + " any more");
    }
}
