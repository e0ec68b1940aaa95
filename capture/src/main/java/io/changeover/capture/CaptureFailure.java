package io.changeover.capture;

import io.changeover.capture.publish.PublishFailure;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** What ended a run: a problem that stops, or one of the environment that passes. */
final class CaptureFailure {

    private CaptureFailure() {}

    /** @param place which source, on which server */
    static ChangeoverException of(Throwable failure, String place) {
        // the innermost one of ours says most: the engine wraps what it is given several times
        ChangeoverException ours = find(failure, ChangeoverException.class);
        if (ours != null) {
            return ours;
        }
        SQLException sql = find(failure, SQLException.class);
        if (sql != null) {
            return new ChangeoverException(SqlFailure.of(sql).problem(place), failure);
        }
        if (find(failure, IOException.class) != null || find(failure, TimeoutException.class) != null) {
            return problem(ExitCode.UNREACHABLE, place, failure, "check that the server runs and can be reached");
        }
        KafkaException kafka = find(failure, KafkaException.class);
        if (kafka != null && !kafka.getClass().getName().contains(".connect.")) {
            return PublishFailure.of(kafka, place);
        }
        return problem(ExitCode.BUG, place, failure, "report it, with the log");
    }

    /** Whether waiting may help: nobody has to decide anything. */
    static boolean passes(ChangeoverException failure) {
        return failure.code() == ExitCode.UNREACHABLE || failure.code() == ExitCode.DENIED;
    }

    private static ChangeoverException problem(ExitCode code, String place, Throwable failure, String remedy) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String cause = root.getClass() == IOException.class
                ? String.valueOf(root.getMessage())
                : root.getClass().getSimpleName() + ": " + root.getMessage();
        return new ChangeoverException(new Problem(code, place, cause, remedy), failure);
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        T found = null;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                found = type.cast(cause);
            }
        }
        return found;
    }
}
