package io.changeover.apply.target;

import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.Optional;

/** Where it is kept that the apply of one table stopped, for all instances and for {@code status}. */
public interface StopShelf {

    Optional<TargetProgress.Stop> find() throws SQLException;

    /** Replaces what was kept before. Time is counted anew only when the problem is another one. */
    void put(Problem problem) throws SQLException;

    /** The table goes on. */
    void remove() throws SQLException;
}
