package io.changeover.apply.stream;

import io.changeover.transport.problem.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a gate tells its owner, and how it waits. Thread-safe. */
public interface GateWatch {

    /** The points of a commit where a process may die; tests let it. */
    enum Phase {
        CLAIMED,
        BEFORE_WRITE,
        AFTER_WRITE,
        AFTER_OFFSETS
    }

    void reached(Phase phase);

    /** The target cannot be written now; null: it can again. */
    void waitingFor(@Nullable Problem problem);

    /** What the table may do now. */
    default Allowance allowance() {
        return Allowance.ALL;
    }

    /** True once the application is asked to stop: the gate waits no longer. */
    boolean stopping();

    /** Waits, at most until {@link #stopping()}. */
    void pause(Duration time);
}
