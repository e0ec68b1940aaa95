package io.changeover.deploy.command;

import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Exceptions of the clients that say what is wrong with the surroundings rather than with the program. */
final class KnownFailures {

    private KnownFailures() {}

    /** The problem behind {@code failure}, or null when it is a surprise. */
    static @Nullable Problem problem(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                SqlFailure known = SqlFailure.of(sql);
                return known.kind() == SqlFailure.Kind.OTHER ? null : known.problem("MySQL");
            }
            if (cause instanceof KafkaException kafka) {
                return kafka(kafka);
            }
        }
        return null;
    }

    private static @Nullable Problem kafka(KafkaException failure) {
        String cause = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (failure instanceof AuthenticationException || failure instanceof AuthorizationException) {
            return new Problem(
                    ExitCode.DENIED, "Kafka", cause, "check the client's credentials and the ACLs of the topics");
        }
        if (failure instanceof RetriableException) {
            return new Problem(
                    ExitCode.UNREACHABLE,
                    "Kafka",
                    cause,
                    "check that the brokers run and that bootstrap.servers is right");
        }
        if (failure instanceof ConfigException || failure.getCause() instanceof ConfigException) {
            return new Problem(ExitCode.CONFIG, "kafka", cause, "mend the client property");
        }
        return null;
    }

    /** The exception that a future or a stage wraps. */
    static Throwable unwrapped(Throwable failure) {
        Throwable inner = failure;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }
}
