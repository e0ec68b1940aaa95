package io.changeover.apply.stream;

import io.changeover.transport.problem.Problem;

/** The target cannot take anything now: not reachable, read-only, full, or we may not. It is asked again until it can. */
public final class TargetUnavailableException extends RuntimeException {

    private final Problem problem;

    public TargetUnavailableException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
