package io.changeover.capture.publish;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** What an exception of Kafka's clients means to us. */
public final class PublishFailure {

    private PublishFailure() {}

    /** @param place what was done, for people */
    public static ChangeoverException of(Throwable failure, String place) {
        Throwable cause = root(failure);
        return new ChangeoverException(problem(cause, place), failure);
    }

    private static Problem problem(Throwable cause, String place) {
        String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        if (cause instanceof ProducerFencedException
                || cause instanceof InvalidProducerEpochException
                || cause instanceof InvalidPidMappingException
                || cause instanceof FencedInstanceIdException) {
            return new Problem(
                    ExitCode.FENCED,
                    place,
                    "another instance of capture took over, or this one was silent for longer than transaction.timeout.ms ("
                            + text + ")",
                    "nothing is lost, another one goes on from here; start this one again to have it stand by");
        }
        if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
            return new Problem(
                    ExitCode.DENIED,
                    place,
                    text,
                    "grant the Kafka user what `changeover grants` lists, or mend its login");
        }
        if (cause instanceof UnknownTopicOrPartitionException
                || cause instanceof InvalidTopicException
                || String.valueOf(cause.getMessage()).contains("not present in metadata")) {
            return new Problem(
                    ExitCode.TOPIC_CHANGED, place, text, "make the topic with `changeover prepare --execute`");
        }
        if (cause instanceof ConfigException
                && !String.valueOf(cause.getMessage()).contains("No resolvable")) {
            return new Problem(ExitCode.CONFIG, place, text, "correct the properties under `kafka`");
        }
        if (cause instanceof InvalidSessionTimeoutException) {
            return new Problem(
                    ExitCode.CONFIG, place, text, "set session.timeout.ms under `kafka` to what the brokers admit");
        }
        if (cause instanceof InconsistentGroupProtocolException) {
            return new Problem(
                    ExitCode.CONFIG, place, text, "let only captures of this source be members of the group");
        }
        return new Problem(
                ExitCode.UNREACHABLE, place, text, "check that Kafka runs and that bootstrap.servers is right");
    }

    /** The innermost exception that Kafka itself named. */
    private static Throwable root(Throwable failure) {
        Throwable found = failure;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiException) {
                found = cause;
            }
        }
        return found;
    }
}
